namespace SswpNas.MLNet.Storage;

/// <summary>Writing of a whole file or none.</summary>
internal static class WholeFile
{
    /// <summary>Writes beside the target, flushes to the disk and renames: nobody sees half a file.</summary>
    /// <exception cref="IOException">A folder or a device is there, or the file cannot be written.</exception>
    public static void Write(string path, byte[] bytes)
    {
        string full = Path.GetFullPath(path);
        RegularFile.CheckReplaceable(full);
        string temporary = $"{full}.{Guid.NewGuid():N}.tmp";
        try
        {
            Disk.WriteNew(temporary, stream => stream.Write(bytes));
            Disk.MoveFile(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
