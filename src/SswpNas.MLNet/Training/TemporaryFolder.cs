namespace SswpNas.MLNet.Training;

/// <summary>
/// The folder in which ML.NET keeps the network of a fitted transformer, looked at before a run: what is missing there would
/// be found when the run is over.
/// </summary>
internal static class TemporaryFolder
{
    // The network's file, its copy in a model.zip, and what is unpacked of it.
    private const int Copies = 3;
    private const long LeastBytes = 1 << 20;
    private const long MostProbed = 64 << 20;

    /// <param name="folder">The folder.</param>
    /// <param name="networkBytes">Bytes that the network may have.</param>
    /// <exception cref="IOException">It is not there, cannot be written, or has no room.</exception>
    public static void Check(string folder, long networkBytes)
    {
        long bytes = Math.Max(LeastBytes, Copies * networkBytes);
        try
        {
            Disk.Probe(folder, (int)Math.Min(MostProbed, bytes));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The temporary folder '{folder}', where ML.NET keeps a fitted network, cannot be written: {e.Message} Set "
                + $"MLContext.TempFilePath, or the variable TMPDIR, to a folder on a disk with {bytes} bytes of room.", e);
        }
    }
}
