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
    private static int _files;

    private readonly FileStream _file;

    /// <summary>Makes the folder and a new file in it; other files there stay.</summary>
    public EventFile(string folder)
    {
        Directory.CreateDirectory(folder);
        // TensorBoard orders a folder's files by name, so the time comes first.
        string name = string.Create(
            CultureInfo.InvariantCulture,
            $"events.out.tfevents.{DateTimeOffset.UtcNow.ToUnixTimeSeconds():D10}.sswpnas.{Environment.ProcessId}.{Interlocked.Increment(ref _files):D4}");
        _file = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        Write(new Event { FileVersion = "brain.Event:2" });
    }

    /// <summary>Adds what belongs to one step and has it written.</summary>
    public void Add(long step, Summary summary)
    {
        Write(new Event { Step = step, Summary = summary });
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>CRC-32C (Castagnoli), rotated and shifted, as TFRecord stores it.</summary>
    public static uint MaskedCrc(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes) crc = BitOperations.Crc32C(crc, b);
        return BitOperations.RotateRight(~crc, 15) + 0xA282EAD8;
    }

    private void Write(Event message)
    {
        message.WallTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        byte[] data = message.ToByteArray();
        Span<byte> length = stackalloc byte[8], crc = stackalloc byte[4];
        BinaryPrimitives.WriteInt64LittleEndian(length, data.Length);
        _file.Write(length);
        BinaryPrimitives.WriteUInt32LittleEndian(crc, MaskedCrc(length));
        _file.Write(crc);
        _file.Write(data);
        BinaryPrimitives.WriteUInt32LittleEndian(crc, MaskedCrc(data));
        _file.Write(crc);
    }
}
