namespace SswpNas.MLNet.Storage;

/// <summary>The values of one tensor in row-major order.</summary>
internal sealed record TensorValue(long[] Shape, float[] Values);
