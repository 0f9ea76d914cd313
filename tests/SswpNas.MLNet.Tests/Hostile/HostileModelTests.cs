using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;
using Microsoft.ML;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Messages;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Fuzz;
using SswpNas.MLNet.Tests.Onnx;

namespace SswpNas.MLNet.Tests.Hostile;

/// <summary>Model files that are not what they should be, and those that are.</summary>
[TestClass]
public sealed class HostileModelTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TestFolder _folder = new();
    private readonly DerivedNetwork _network = OnnxSamples.Network(StemKind.Cifar, new ImageShape(3, 8, 8), channels: 2);

    private string Zip => Path.Combine(_folder.Root, "model.zip");

    public void Dispose()
    {
        _network.Dispose();
        _folder.Dispose();
    }

    [TestMethod]
    public void AModelOfOursIsLoadedAndLeavesNothing()
    {
        Save();
        _ml.TempFilePath = Directory.CreateDirectory(Path.Combine(_folder.Root, "temporary")).FullName;
        ITransformer model = _ml.SswpNas().LoadModel(Zip, out DataViewSchema schema);
        using (model as IDisposable)
        {
            DataViewSchema output = model.GetOutputSchema(schema);
            CollectionAssert.AreEqual(OnnxSamples.ClassNames(5), PixelRows.KeyValues(output["PredictedLabel"]));
        }

        Assert.IsEmpty(Directory.GetFileSystemEntries(_ml.TempFilePath));
    }

    [TestMethod]
    [DataRow("../outside")]
    [DataRow("/etc/outside")]
    [DataRow("a/../../outside")]
    [DataRow("a\\..\\..\\outside")]
    [DataRow("C:\\outside")]
    public void NamesThatLeaveTheirFolderAreRefused(string name) =>
        StringAssert.Contains(Refused(parts => [.. parts, (name, [1])]), "names that stay in their folder");

    [TestMethod]
    public void TwoPartsOfOneNameAreRefused() =>
        StringAssert.Contains(Refused(parts => [.. parts, (parts[^1].Name.ToUpperInvariant(), [1])]), "one of each name");

    [TestMethod]
    public void AnArchiveThatUnpacksToTooMuchIsRefused() => StringAssert.Contains(
        Refused(parts => [.. parts, ("zeros", new byte[4 << 20])], new ModelFileOptions { MaxUnpackedBytes = 1 << 20 }),
        "unpacks to more than 1048576 bytes");

    /// <summary>The length in the directory is what somebody wrote there.</summary>
    [TestMethod]
    public void AnArchiveThatSaysItIsSmallIsCountedAllTheSame()
    {
        (string, byte[])[] parts = [("zeros", new byte[4 << 20])];
        byte[] zip = ZipEdits.Of(parts);
        int directory = zip.AsSpan().IndexOf("PK\u0001\u0002"u8);
        BinaryPrimitives.WriteInt32LittleEndian(zip.AsSpan(directory + 24), 10);
        File.WriteAllBytes(Zip, zip);

        Assert.ThrowsExactly<InvalidDataException>(
            () => _ml.SswpNas().LoadModel(Zip, out _, new ModelFileOptions { MaxUnpackedBytes = 1 << 20 }));
    }

    [TestMethod]
    public void TooManyPartsAreRefused() => StringAssert.Contains(
        Refused(parts => [.. parts, .. Enumerable.Range(0, 1001).Select(i => ($"part{i}", new byte[1]))]), "at most 1000");

    [TestMethod]
    public void AnAssemblyThatIsNotMlNetsIsRefused()
    {
        string message = Refused(parts => [.. parts.Select(part => part.Name == "TransformerChain/Model.key"
            ? (part.Name, Replaced(part.Content, "Microsoft.ML.Data", "Evil.Assembly.Xyz"))
            : part)]);
        StringAssert.Contains(message, "asks for the assembly 'Evil.Assembly.Xyz'");
        StringAssert.Contains(message, "TransformerChain/Model.key");
    }

    [TestMethod]
    public void ACustomMappingIsRefused()
    {
        string message = Refused(parts => [.. parts.Select(part =>
        {
            if (part.Name != "TransformerChain/Model.key") return part;
            byte[] content = [.. part.Content];
            content.AsSpan(0x50, 24).Clear();
            Encoding.ASCII.GetBytes("CustomTransformer", content.AsSpan(0x50));
            return (part.Name, content);
        })]);
        StringAssert.Contains(message, "custom mapping");
    }

    [TestMethod]
    public void ANetworkWhoseNumbersLieInAnotherFileIsRefused()
    {
        byte[] model = WithExternalData(OnnxSamples.Export(_network).ToBytes());
        string path = _folder.Write("model.onnx", model);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => OnnxModelInfo.Read(path)).Message, "are in another file");

        string message = Refused(parts => [.. parts.Select(part => part.Name.EndsWith("OnnxModel", StringComparison.Ordinal)
            ? (part.Name, AfterItsLength(WithExternalData(part.Content[4..])))
            : part)]);
        StringAssert.Contains(message, "are in another file");
    }

    [TestMethod]
    public void WhatIsNoModelIsRefused()
    {
        (string, byte[])[] none = [], one = [("x", [1])];
        foreach (byte[] bytes in (byte[][])[[1], "PK"u8.ToArray(), new byte[1000], ZipEdits.Of(none), ZipEdits.Of(one)])
        {
            File.WriteAllBytes(Zip, bytes);
            Assert.ThrowsExactly<InvalidDataException>(() => _ml.SswpNas().LoadModel(Zip, out _));
        }

        File.Delete(Zip);
        Assert.ThrowsExactly<FileNotFoundException>(() => _ml.SswpNas().LoadModel(Zip, out _));
        Assert.ThrowsExactly<ArgumentException>(() => _ml.SswpNas().LoadModel(Zip, out _, new ModelFileOptions { MaxEntries = 0 }));
    }

    [TestMethod]
    public void AnExportedModelSaysWhatItIs()
    {
        string path = _folder.Write("model.onnx", OnnxSamples.Export(_network).ToBytes());

        OnnxModelInfo info = OnnxModelInfo.Read(path);

        CollectionAssert.AreEqual(OnnxSamples.ClassNames(5), info.ClassNames.ToArray());
        Assert.AreEqual(_network.Genotype, info.Genotype);
        Assert.AreEqual((3, 8, 8), (info.ImageChannels, info.ImageHeight, info.ImageWidth));
        Assert.AreEqual((0f, 255f), (info.Black, info.White));
        Assert.AreEqual(LibraryVersion.Text, info.Metadata["sswpnas_version"]);
    }

    private void Save()
    {
        using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(_ml, OnnxSamples.Export(_network));
        IDataView rows = PixelRows.View(_ml, new ImageShape(3, 8, 8), OnnxSamples.ClassNames(5), 5);
        _ml.Model.Save(transformer, rows.Schema, Zip);
    }

    private string Refused(
        Func<(string Name, byte[] Content)[], (string Name, byte[] Content)[]> change, ModelFileOptions? options = null)
    {
        Save();
        File.WriteAllBytes(Zip, ZipEdits.Of(change([.. ZipEdits.Parts(File.ReadAllBytes(Zip))])));
        return Assert.ThrowsExactly<InvalidDataException>(() => _ml.SswpNas().LoadModel(Zip, out _, options)).Message;
    }

    private static byte[] AfterItsLength(byte[] model) => [.. BitConverter.GetBytes(model.Length), .. model];

    private static byte[] Replaced(byte[] content, string old, string other)
    {
        int at = content.AsSpan().IndexOf(Encoding.Unicode.GetBytes(old));
        Assert.IsGreaterThan(0, at);
        byte[] replaced = [.. content];
        Encoding.Unicode.GetBytes(other, replaced.AsSpan(at));
        return replaced;
    }

    /// <summary>The model with one more tensor, as ONNX writes one that lies elsewhere.</summary>
    private static byte[] WithExternalData(byte[] model)
    {
        using MemoryStream tensor = new(), graph = new(), added = new();
        using (CodedOutputStream output = new(tensor, leaveOpen: true))
        {
            output.WriteTag(13, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFromUtf8("\n\blocation\u0012\u000b/etc/passwd"));
            output.WriteTag(14, WireFormat.WireType.Varint);
            output.WriteInt32(1);
        }

        using (CodedOutputStream output = new(graph, leaveOpen: true))
        {
            output.WriteTag(5, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(tensor.ToArray()));
        }

        using (CodedOutputStream output = new(added, leaveOpen: true))
        {
            output.WriteTag(7, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(graph.ToArray()));
        }

        return [.. model, .. added.ToArray()];
    }
}
