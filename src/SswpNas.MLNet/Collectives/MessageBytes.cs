namespace SswpNas.MLNet.Collectives;

/// <summary>Bytes and texts as messages of doubles.</summary>
internal static class MessageBytes
{
    /// <summary>Doubles that so many bytes fill.</summary>
    public static int Doubles(int bytes) => (bytes + sizeof(double) - 1) / sizeof(double);

    public static double[] Pack(ReadOnlySpan<byte> bytes)
    {
        double[] numbers = new double[Doubles(bytes.Length)];
        bytes.CopyTo(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    public static byte[] Unpack(ReadOnlySpan<double> numbers, int bytes) => MemoryMarshal.AsBytes(numbers)[..bytes].ToArray();

    /// <summary>A number of each rank's.</summary>
    public static double[] GatherOne(this ICommunicator communicator, double own)
    {
        double[] all = new double[communicator.Size];
        int[] ones = new int[all.Length];
        Array.Fill(ones, 1);
        communicator.AllGather([own], all, ones);
        return all;
    }

    /// <summary>Everybody's text, in the order of the ranks.</summary>
    public static string[] GatherTexts(this ICommunicator communicator, string own) =>
        [.. communicator.GatherBytes(Encoding.UTF8.GetBytes(own)).Select(Encoding.UTF8.GetString)];

    /// <summary>Everybody's bytes, in the order of the ranks.</summary>
    public static byte[][] GatherBytes(this ICommunicator communicator, byte[] own)
    {
        int[] lengths = [.. communicator.GatherOne(own.Length).Select(length => (int)length)], counts = [.. lengths.Select(Doubles)];
        double[] all = new double[counts.Sum()];
        communicator.AllGather(Pack(own), all, counts);
        byte[][] bytes = new byte[lengths.Length][];
        int at = 0;
        for (int rank = 0; rank < bytes.Length; at += counts[rank++]) bytes[rank] = Unpack(all.AsSpan(at, counts[rank]), lengths[rank]);
        return bytes;
    }
}
