using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
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
        Gen<byte[]> rebuilt = Gen.Select(JsonEdits.Of(header), numbers, Gen.Bool, (json, bytes, mend) =>
        {
            byte[] mended = mend ? WithDigest(json, bytes) : json;
            byte[] built = new byte[8 + mended.Length + bytes.Length];
            BinaryPrimitives.WriteUInt64LittleEndian(built, (ulong)mended.Length);
            mended.CopyTo(built, 8);
            bytes.CopyTo(built, 8 + mended.Length);
            return built;
        });
        return Gen.Frequency((3, rebuilt), (1, ByteEdits.Of(file)));
    }

    /// <summary>The header with the digest of the numbers, where there is one.</summary>
    private static byte[] WithDigest(byte[] header, byte[] data)
    {
        try
        {
            JsonNode? root = JsonNode.Parse(header);
            if (root is not JsonObject fields || fields["__metadata__"] is not JsonObject metadata) return header;
            metadata["sha256"] = Convert.ToHexStringLower(SHA256.HashData(data));
            return Encoding.UTF8.GetBytes(root.ToJsonString());
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or ArgumentException or InvalidOperationException)
        {
            return header;
        }
    }
}
