using System.Reflection;
using System.Text;
using CsCheck;
using Microsoft.ML;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Fuzz;
using SswpNas.MLNet.Tests.Onnx;

namespace SswpNas.MLNet.Tests.Hostile;

/// <summary>Parts of a model.zip under names that two readers may read differently.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ModelNameTests : IDisposable
{
    private const string Evil = "Evil.Assembly.Xyz";
    private const byte Windows = 0, Unix = 3, MacOs = 19;

    private static readonly Lazy<byte[]> _saved = new(Save);

    private readonly MLContext _ml = new(seed: 1);
    private readonly TestFolder _folder = new();
    private readonly List<string> _asked = [];

    public ModelNameTests() => AppDomain.CurrentDomain.AssemblyResolve += Note;

    private string Zip => Path.Combine(_folder.Root, "model.zip");

    public void Dispose()
    {
        AppDomain.CurrentDomain.AssemblyResolve -= Note;
        _folder.Dispose();
    }

    /// <summary>ML.NET itself asks for the assembly that the part names: without that, the other tests would show nothing.</summary>
    [TestMethod]
    [TestCategory("Cases")]
    public void MlNetByItselfLoadsWhatThePartNames()
    {
        Write(parts => [.. parts.Select(Hostile)], Windows);
        Assert.ThrowsExactly<FileNotFoundException>(() => _ml.Model.Load(Zip, out _));
        Assert.IsNotEmpty(_asked);
    }

    [TestMethod]
    [TestCategory("Cases")]
    [DataRow("TransformerChain\\Model.key", Unix)]
    [DataRow("TransformerChain\\Model.key", Windows)]
    [DataRow("TransformerChain\\Model.key", MacOs)]
    [DataRow("TransformerChain/MODEL.KEY", Unix)]
    [DataRow("transformerchain\\model.key", Unix)]
    [DataRow("TransformerChain/Model.\u212Aey", Unix, DisplayName = "the Kelvin sign, whose lower case is k")]
    [DataRow("TransformerChain\\.\\Model.key", Unix)]
    [DataRow("TransformerChain//Model.key", Unix)]
    [DataRow("./TransformerChain/Model.key", Unix)]
    [DataRow("\\TransformerChain\\Model.key", Unix)]
    [DataRow("a\\..\\TransformerChain\\Model.key", Unix)]
    [DataRow("TransformerChain/Model.key.", Windows)]
    [DataRow("TransformerChain/Model.key ", Windows)]
    [DataRow("TransformerChain /Model.key", Windows)]
    [DataRow("TransformerChain/Model.key::$DATA", Windows)]
    public void AForeignAssemblyIsRefusedUnderEveryNameOfItsPart(string name, byte system)
    {
        foreach (bool isAdded in (bool[])[false, true])
        {
            Write(parts => [.. parts.Where(part => isAdded || !IsKey(part)), (name, Hostile(parts.Single(IsKey)).Content)], system);
            Assert.ThrowsExactly<InvalidDataException>(() => _ml.SswpNas().LoadModel(Zip, out _));
        }

        Assert.IsEmpty(_asked);
    }

    [TestMethod]
    [TestCategory("Cases")]
    public void AModelSavedOnAnySystemIsLoaded()
    {
        foreach ((char slash, byte system) in ((char, byte)[])[('/', Unix), ('\\', Windows)])
        {
            Write(parts => [.. parts.Select(part => (part.Name.Replace('\\', '/').Replace('/', slash), part.Content))], system);
            Assert.IsNull(Record(() => (_ml.SswpNas().LoadModel(Zip, out _) as IDisposable)?.Dispose()) is InvalidDataException e
                && !e.Message.Contains("by ML.NET", StringComparison.Ordinal) ? e : null, "our own check takes it");
        }
    }

    /// <summary>Whatever a part is called: where the check passes, ML.NET finds nothing in it that was not looked at.</summary>
    [TestMethod]
    [TestCategory("Cases")]
    [TestCategory("Fuzz")]
    public void NoNameMakesMlNetAskForAForeignAssembly()
    {
        string[] pieces =
            ["TransformerChain", "Model.key", "model.KEY", "/", "\\", "//", ".", "..", " ", ":", "\u212A", "Model.\u212Aey", "\0", "C:", "a", "é"];
        Gen<string> names = Gen.OneOf(
            Any(pieces).List[1, 6].Select(string.Concat),
            Gen.Select(Any("/", "\\", "//", "\\\\", "/./", "\\..\\"), Any("", "/", "\\", "./", " "), Any("", " ", ".", "/", "\0"))
                .Select((between, before, after) => $"{before}TransformerChain{between}Model.key{after}"));
        Gen<(string Name, byte System, bool IsAdded)> inputs =
            Gen.Select(names, Any(Windows, Unix, MacOs, (byte)10), Gen.Bool);
        Fuzzing.Run(
            "names in a model.zip", inputs,
            input =>
            {
                Write(
                    parts => [.. parts.Where(part => input.IsAdded || !IsKey(part)), (input.Name, Hostile(parts.Single(IsKey)).Content)],
                    input.System);
                try
                {
                    (_ml.SswpNas().LoadModel(Zip, out _) as IDisposable)?.Dispose();
                }
                finally
                {
                    Assert.IsEmpty(_asked, input.Name);
                }
            },
            [typeof(InvalidDataException)]);
    }

    private static Gen<T> Any<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static bool IsKey((string Name, byte[] Content) part) =>
        part.Name.Replace('\\', '/') == "TransformerChain/Model.key";

    private static (string Name, byte[] Content) Hostile((string Name, byte[] Content) part)
    {
        if (!IsKey(part)) return part;
        byte[] content = [.. part.Content];
        int at = content.AsSpan().IndexOf(Encoding.Unicode.GetBytes("Microsoft.ML.Data"));
        Assert.IsGreaterThan(0, at);
        Encoding.Unicode.GetBytes(Evil, content.AsSpan(at));
        return (part.Name, content);
    }

    private void Write(
        Func<(string Name, byte[] Content)[], (string Name, byte[] Content)[]> change, byte system)
    {
        byte[] zip = ZipEdits.Of(change([.. ZipEdits.Parts(_saved.Value)]));
        for (int at = 0; zip.AsSpan(at).IndexOf("PK\u0001\u0002"u8) is int next and >= 0; at += next + 4)
            zip[at + next + 5] = system; // the upper byte of "version made by"
        File.WriteAllBytes(Zip, zip);
    }

    private Assembly? Note(object? sender, ResolveEventArgs asked)
    {
        if (asked.Name.Contains(Evil, StringComparison.Ordinal)) _asked.Add(asked.Name);
        return null;
    }

    private static Exception? Record(Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private static byte[] Save()
    {
        MLContext ml = new(seed: 1);
        using DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, new ImageShape(3, 8, 8), channels: 2);
        using ConcomitantFineTuneTransformer transformer = OnnxSamples.FineTuned(ml, OnnxSamples.Export(network));
        using MemoryStream stream = new();
        ml.Model.Save(transformer, PixelRows.View(ml, new ImageShape(3, 8, 8), OnnxSamples.ClassNames(5), 5).Schema, stream);
        return stream.ToArray();
    }
}
