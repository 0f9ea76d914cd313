using System.Buffers.Binary;
using System.Text;
using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.Tests.Search;

[TestClass]
public sealed class SafetensorsTests
{
    // As Python's library lays out {"b": [[1, 2]], "a": a scalar 0.5} in float32: no metadata, names in alphabetical
    // order, blanks to a multiple of 8.
    private static readonly byte[] _python =
    [
        0x70, 0, 0, 0, 0, 0, 0, 0,
        .. Encoding.ASCII.GetBytes(
            """{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}"""
            + ""","b":{"dtype":"F32","shape":[1,2],"data_offsets":[4,12]}}   """),
        0, 0, 0, 0x3F,
        0, 0, 0x80, 0x3F,
        0, 0, 0, 0x40,
    ];

    [TestMethod]
    public void AFileOfThePythonLibraryIsRead()
    {
        OrderedDictionary<string, TensorValue> tensors = Read(_python);
        CollectionAssert.AreEqual(new[] { "a", "b" }, tensors.Keys.ToArray());
        Assert.IsEmpty(tensors["a"].Shape);
        CollectionAssert.AreEqual(new[] { 0.5f }, tensors["a"].Values);
        CollectionAssert.AreEqual(new[] { 1L, 2 }, tensors["b"].Shape);
        CollectionAssert.AreEqual(new[] { 1f, 2 }, tensors["b"].Values);
    }

    [TestMethod]
    public void WrittenTensorsAreReadBitForBit()
    {
        Dictionary<string, TensorValue> tensors = new()
        {
            ["z"] = new([2, 0, 3], []),
            ["a \"quoted\" näme"] = new([], [float.NaN]),
            ["m"] = new([2, 2], [-0f, float.Epsilon, 1 / 0f, BitConverter.Int32BitsToSingle(0x7FC12345)]),
        };
        byte[] bytes = Write(tensors);
        OrderedDictionary<string, TensorValue> read = Read(bytes);
        CollectionAssert.AreEqual(tensors.Keys.ToArray(), read.Keys.ToArray());
        foreach ((string name, TensorValue value) in tensors)
        {
            CollectionAssert.AreEqual(value.Shape, read[name].Shape);
            CollectionAssert.AreEqual(Bits(value.Values), Bits(read[name].Values));
        }
    }

    [TestMethod]
    public void TheHeaderIsAligned()
    {
        byte[] bytes = Write(new() { ["w"] = new([2], [1, 2]) });
        int header = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        Assert.AreEqual(0, header % 8);
        Assert.AreEqual(8 + header + 8, bytes.Length);
        Assert.StartsWith("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", Encoding.UTF8.GetString(bytes, 8, header));
    }

    /// <summary>Older versions wrote a digest, which the sums beside the file have made needless.</summary>
    [TestMethod]
    public void AFileWithADigestInItsHeaderIsReadStill()
    {
        const string Header = """{"__metadata__":{"sha256":"0a"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";
        CollectionAssert.AreEqual(new[] { 0f }, Read(File(Header, 4))["w"].Values);
    }

    [TestMethod]
    [DataRow("", 0, "damaged header")]
    [DataRow("[]", 0, "kind Array")]
    [DataRow("{", 0, "damaged header")]
    [DataRow("{} x", 0, "damaged header")]
    [DataRow("{}", 4, "4 bytes of data; 0")]
    [DataRow("""{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}""", 4, "'w' of type F16; F32")]
    [DataRow("""{"w":{"dtype":32,"shape":[1],"data_offsets":[0,4]}}""", 4, "'w'")]
    [DataRow("""{"w":{"dtype":"F32","shape":[1]}}""", 4, "'w'")]
    [DataRow("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":1}}""", 4, "'w'")]
    [DataRow("""{"w":null}""", 4, "'w'")]
    [DataRow("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 8, "8 bytes of data; 4")]
    [DataRow("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "4 bytes of data; 8")]
    [DataRow("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "at byte 4 of the data; byte 0")]
    [DataRow("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""", 4, "data_offsets [4,0]")]
    [DataRow("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}}""", 4, "data_offsets [0,4,8]")]
    [DataRow("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""", 4, "[-4,0]")]
    [DataRow("""{"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""", 4, "[-1]")]
    [DataRow("""{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "[1.5]")]
    [DataRow("""{"w":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", 4, "[\"1\"]")]
    [DataRow("""{"w":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}""", 4, "'w'")]
    [DataRow("""{"w":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}""", 4, "at most 8")]
    [DataRow("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,4]}}""", 4, "4 bytes for tensor 'w' of shape [3]")]
    [DataRow("""{"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0, "[4294967296, 429")]
    [DataRow("""{"w":{"dtype":"F32","shape":[4611686018427387905],"data_offsets":[0,4]}}""", 4, "[46116860184273")]
    [DataRow(
        """{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"""
        + ""","w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "'w' at byte 0")]
    [DataRow(
        """{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"""
        + ""","w":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "'w' at byte 8 of the data; byte 4")]
    [DataRow(
        """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"""
        + ""","w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "uplicate")]
    [DataRow("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "damaged header")]
    [DataRow("""{"w":{"dtype":"\ud800","shape":[1],"data_offsets":[0,4]}}""", 4, "damaged header")]
    [DataRow("""{"__metadata__":{"sha256":1}}""", 0, "__metadata__")]
    public void AHeaderThatDoesNotFitIsRefused(string header, int dataBytes, string named) =>
        Assert.Contains(named, Refusal(File(header, dataBytes)));

    [TestMethod]
    [DataRow(0UL)]
    [DataRow(100UL)]
    [DataRow((16UL << 20) + 1)]
    [DataRow(1UL << 63)]
    [DataRow(ulong.MaxValue)]
    public void AHeaderLengthBeyondTheFileOrTheLimitIsRefused(ulong length)
    {
        byte[] bytes = File("{}", 0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        Assert.Contains("weights", Refusal(bytes));
        Refusal(bytes[..7]);
    }

    [TestMethod]
    public void ALargerHeaderThanTheLimitIsRefusedEvenIfItIsThere() =>
        Assert.Contains("at most 16777216", Refusal(File("{}".PadRight((16 << 20) + 1), 0)));

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];

    private static byte[] File(string header, int dataBytes)
    {
        byte[] json = Encoding.UTF8.GetBytes(header);
        byte[] bytes = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)json.Length);
        json.CopyTo(bytes, 8);
        return bytes;
    }

    private static byte[] Write(Dictionary<string, TensorValue> tensors)
    {
        using MemoryStream stream = new();
        Safetensors.Write(stream, tensors);
        return stream.ToArray();
    }

    private static OrderedDictionary<string, TensorValue> Read(byte[] bytes) =>
        Safetensors.Read(new MemoryStream(bytes), "weights.safetensors");

    private static string Refusal(byte[] bytes) =>
        Assert.ThrowsExactly<InvalidDataException>(() => Read(bytes)).Message;
}
