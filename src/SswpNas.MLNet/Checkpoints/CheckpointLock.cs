namespace SswpNas.MLNet.Checkpoints;

/// <summary>
/// The right to work in a folder of checkpoints: an advisory lock on the file <c>lock</c> in it, which the system gives free
/// when its process ends, however it ends. The file stays, because one that is removed while another process opens it would
/// let two of them in.
/// </summary>
internal sealed class CheckpointLock : IDisposable
{
    public const string FileName = "lock";

    private readonly FileStream _file;

    private CheckpointLock(FileStream file) => _file = file;

    /// <exception cref="IOException">Another run has it, or the file cannot be written.</exception>
    public static CheckpointLock Take(string folder)
    {
        string path = Path.Combine(folder, FileName);
        FileStream file;
        try
        {
            file = RegularFile.Lock(path);
        }
        catch (IOException e) when (IsHeld(e))
        {
            throw new CheckpointsInUseException(
                $"Another run is using the checkpoints in '{folder}' (the file '{FileName}' in it names its process). Wait for "
                + "its end, or give this run a folder of its own.", e);
        }

        string owner = string.Create(
            CultureInfo.InvariantCulture,
            $"process {Environment.ProcessId} of {Environment.MachineName} since {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC\n");
        try
        {
            file.SetLength(0);
            file.Write(Encoding.UTF8.GetBytes(owner));
            file.Flush();
        }
        catch
        {
            file.Dispose();
            throw;
        }

        return new CheckpointLock(file);
    }

    /// <summary>By the system's error number: EWOULDBLOCK of Linux and of macOS, a sharing violation of Windows.</summary>
    private static bool IsHeld(IOException e) => (e.HResult & 0xFFFF) is 11 or 35 or 32;

    /// <summary>An empty file says that no run is active.</summary>
    public void Dispose()
    {
        using (_file)
        {
            try
            {
                _file.SetLength(0);
            }
            catch (IOException)
            {
                // What it says is for people only.
            }
        }
    }
}

/// <summary>Another run is using the folder of checkpoints.</summary>
internal sealed class CheckpointsInUseException(string message, Exception cause) : IOException(message, cause);
