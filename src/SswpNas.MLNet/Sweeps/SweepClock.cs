namespace SswpNas.MLNet.Sweeps;

/// <summary>The one clock of a sweep: that of the file system, which all machines share.</summary>
internal static class SweepClock
{
    /// <summary>
    /// How long ago a file was touched. One that is dated ahead was dated by somebody else than its owner. A file that is gone
    /// is very old.
    /// </summary>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public static TimeSpan Age(string path)
    {
        string probe = SweepTemporary.Of(path);
        using FileStream now = RegularFile.New(probe, FileShare.None, bufferSize: 0, options: FileOptions.DeleteOnClose);
        now.WriteByte(0);
        now.Flush(flushToDisk: true);
        return File.GetLastWriteTimeUtc(probe) - File.GetLastWriteTimeUtc(path);
    }
}
