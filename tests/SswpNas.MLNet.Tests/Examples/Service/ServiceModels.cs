using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.Tests.Onnx;

namespace SswpNas.MLNet.Tests.Examples.Service;

/// <summary>Small networks as model.onnx files.</summary>
internal static class ServiceModels
{
    public const string Hostile = "<script>alert(1)</script>";

    public static string[] FirstClasses { get; } = ["plain", "with, comma", Hostile, "bee & co", "said \"so\"", "Löwe", "g"];

    public static string[] SecondClasses { get; } = ["one", "two"];

    private static readonly Lazy<byte[]> _first = new(() => Of(new ImageShape(3, 8, 8), FirstClasses, seed: 11));
    private static readonly Lazy<byte[]> _second = new(() => Of(new ImageShape(3, 12, 12), SecondClasses, seed: 12));

    public static byte[] First => _first.Value;

    public static byte[] Second => _second.Value;

    public static DerivedNetwork Network(ImageShape shape, int classes, int seed)
    {
        DerivedNetwork network = OnnxSamples.Network(StemKind.Cifar, shape, cells: 1, channels: 4, classes);
        OnnxSamples.Unsettle(network, seed);
        return network;
    }

    public static byte[] Of(ImageShape shape, string[] classes, int seed)
    {
        using DerivedNetwork network = Network(shape, classes.Length, seed);
        return (OnnxSamples.Export(network) with { ClassNames = classes }).ToBytes();
    }

    /// <summary>A network that gives no numbers.</summary>
    public static byte[] WithoutNumbers()
    {
        using DerivedNetwork network = Network(new ImageShape(3, 8, 8), SecondClasses.Length, seed: 11);
        OnnxSamples.Favour(network, float.NaN, 0);
        return (OnnxSamples.Export(network) with { ClassNames = SecondClasses }).ToBytes();
    }
}
