using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace SswpNas.MLNet.Storage;

/// <summary>
/// An event file that TensorBoard reads while it grows: records of a length, its masked CRC-32C, a message and that one's.
/// The messages are TorchSharp's.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const int ProbeBytes = 1 << 16;

    private static int _files;

    private readonly string _folder;
    private readonly Action<string>? _warn;
    private readonly FileStream _file;
    private bool _hasFailed;

    /// <summary>Makes the folder and a new file in it; other files there stay.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="warn">
    /// Told when a later record cannot be written, after which there are no more: what watches a run must not end it. Null
    /// lets the error through.
    /// </param>
    /// <exception cref="IOException">The folder cannot be made or written to.</exception>
    public EventFile(string folder, Action<string>? warn = null)
    {
        (_folder, _warn) = (folder, warn);
        _file = Guarded(folder, () => Create(folder));
    }

    /// <summary>Finds out before a long run whether its events can be written; nothing but the folder is left.</summary>
    /// <exception cref="IOException">The folder cannot be made or written to.</exception>
    public static void Probe(string folder) => Guarded(folder, () =>
    {
        Directory.CreateDirectory(folder);
        Disk.Probe(folder, ProbeBytes);
        return true;
    });

    private static T Guarded<T>(string folder, Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The TensorBoard folder '{folder}' cannot be written: {e.Message} Choose a folder that can be, on a disk with room, "
                + "or leave TensorBoardFolder out.", e);
        }
    }

    private static FileStream Create(string folder)
    {
        Directory.CreateDirectory(folder);
        // TensorBoard orders a folder's files by name, so the time comes first.
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeSeconds():D10}.sswpnas.{Environment.ProcessId}.{Interlocked.Increment(ref _files):D4}");
        FileStream file = RegularFile.New(Path.Combine(folder, name));
        try
        {
            Write(file, new Event { FileVersion = "brain.Event:2" });
            file.Flush(); // a full disk is to be found now
            return file;
        }
        catch
        {
            Close(file);
            File.Delete(file.Name);
            throw;
        }
    }

    /// <summary>Adds what belongs to one step and has it written.</summary>
    public void Add(long step, Summary summary)
    {
        if (_hasFailed) return;
        try
        {
            Write(_file, new Event { Step = step, Summary = summary });
            _file.Flush();
        }
        catch (Exception e) when (_warn is not null && e is (IOException or UnauthorizedAccessException))
        {
            _hasFailed = true;
            _warn!($"The TensorBoard folder '{_folder}' cannot be written any more: {e.Message} The run goes on without it.");
        }
    }

    public void Dispose() => Close(_file);

    /// <summary>What is left in the buffer was reported when it could not be written.</summary>
    private static void Close(FileStream file)
    {
        try
        {
            file.Dispose();
        }
        catch (IOException)
        {
        }
    }

    /// <summary>CRC-32C (Castagnoli), rotated and shifted, as TFRecord stores it.</summary>
    public static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }

    private static void Write(FileStream file, Event message)
    {
        message.WallTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        byte[] data = message.ToByteArray();
        Span<byte> length = stackalloc byte[8], crc = stackalloc byte[4];
        BinaryPrimitives.WriteInt64LittleEndian(length, data.Length);
        file.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(crc, MaskedCrc(length));
        file.Write(crc);
        file.Write(data);
        BinaryPrimitives.WriteUInt32LittleEndian(crc, MaskedCrc(data));
        file.Write(crc);
    }
}
