namespace SswpNas.MLNet.Search.Files;

/// <summary>The alphas of all epochs as one tensor, [epochs, cells, 14 edges, 7 operations].</summary>
internal static class AlphaTensor
{
    public const string Name = "alphas";

    public static long[] Shape(int epochs, int cells) => [epochs, cells, CellTopology.Edges, CellOperations.Count];

    public static TensorValue Of(float[][][][] alphas, int cells) => new(
        Shape(alphas.Length, cells),
        [.. alphas.SelectMany(epoch => epoch).SelectMany(cell => cell).SelectMany(edge => edge)]);

    public static float[][][][] ToArrays(TensorValue tensor)
    {
        int cells = (int)tensor.Shape[1];
        return [.. tensor.Values.Chunk(CellOperations.Count).Chunk(CellTopology.Edges).Chunk(cells)];
    }
}
