using System.Buffers.Binary;
using CsCheck;

namespace SswpNas.MLNet.Tests.Fuzz;

/// <summary>Damage to a safetensors file: to its bytes, or to header and numbers with the header's length right again.</summary>
internal static class SafetensorsEdits
{
    public static Gen<byte[]> Of(byte[] file)
    {
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        byte[] header = file[8..(8 + length)], data = file[(8 + length)..];
        Gen<byte[]> numbers = Gen.Frequency((3, Gen.Const(data)), (1, ByteEdits.Of(data)));
        Gen<byte[]> rebuilt = Gen.Select(JsonEdits.Of(header), numbers, (json, bytes) =>
        {
            byte[] built = new byte[8 + json.Length + bytes.Length];
            BinaryPrimitives.WriteUInt64LittleEndian(built, (ulong)json.Length);
            json.CopyTo(built, 8);
            bytes.CopyTo(built, 8 + json.Length);
            return built;
        });
        return Gen.Frequency((3, rebuilt), (1, ByteEdits.Of(file)));
    }
}
