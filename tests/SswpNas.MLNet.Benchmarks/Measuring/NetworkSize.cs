using System.Globalization;

namespace SswpNas.MLNet.Benchmarks.Measuring;

/// <summary>Width, depth and batch of a network that is measured: "8x5x32".</summary>
internal readonly record struct NetworkSize(int Channels, int Cells, int Batch)
{
    /// <summary>What a size has to be, for messages.</summary>
    public const string Expected =
        "CHANNELSxCELLSxBATCH: an even number from 2 to 1024, 3 to 64, 2 to 4096, for example 8x5x32";

    public static NetworkSize Small { get; } = new(8, 5, 32);

    public static NetworkSize Medium { get; } = new(16, 8, 48);

    /// <summary>The paper's width and depth.</summary>
    public static NetworkSize Paper { get; } = new(36, 20, 8);

    public static bool TryParse(string text, out NetworkSize size)
    {
        size = default;
        string[] parts = text.Split('x');
        if (parts.Length != 3) return false;
        int[] numbers = new int[3];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return false;
        }

        size = new NetworkSize(numbers[0], numbers[1], numbers[2]);
        return size.Channels is >= 2 and <= 1024 && size.Channels % 2 == 0
            && size.Cells is >= 3 and <= 64 && size.Batch is >= 2 and <= 4096;
    }

    public override string ToString() => $"{Channels}x{Cells}x{Batch}";
}
