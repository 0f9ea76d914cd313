namespace SswpNas.MLNet.Data;

/// <summary>Per channel, what is subtracted from a pixel in [0, 1] and what it is divided by.</summary>
internal sealed record PixelNormalization(float[] Mean, float[] StandardDeviation);
