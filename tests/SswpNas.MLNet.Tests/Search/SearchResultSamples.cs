using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.Tests.Onnx;

namespace SswpNas.MLNet.Tests.Search;

/// <summary>Small search results with numbers that no default hides behind.</summary>
internal static class SearchResultSamples
{
    public static SearchResult Make(int seed = 5, StemKind stem = StemKind.Cifar, int channels = 2)
    {
        MacroStructure macro = new(stem, channels, 3, new ImageShape(3, 64, 64));
        RandomStream random = new(seed, RandomPurpose.Weights);
        using DerivedNetwork network = new(macro, OnnxSamples.AllOperations(3), 0, ref random);
        OnnxSamples.Unsettle(network, seed);
        float[][][][] alphas = [.. Enumerable.Range(0, 3).Select(_ => Alphas(ref random))];
        SearchEpoch[] history =
        [
            new(1, SearchPhase.WarmUp, 3.25, double.NaN, 0.1, 1.9459101090932196, 0, [1, 0, 2], [0, 2, 1], 1.5),
            new(2, SearchPhase.Search, 1.0 / 3, 2.5, 0.05, 1.5, 0, [1, 1, 2], [0, 2, 1], 1.25e-3)
            {
                CellEntropies = [1.25, 1.0 / 3, 1.9],
                UnrestrictedSkips = [1, 3, 8],
            },
            new(3, SearchPhase.Prune, 0.1 + 0.2, 2.25, 0, 0, 3, [8, 0, 2], [0, 8, 1], 100)
            {
                CellEntropies = [0, 0, 0],
                UnrestrictedSkips = [8, 0, 2],
                AlphasStopped = true,
            },
        ];
        Dictionary<string, string> options = new() { ["Epochs"] = "3", ["Device"] = "\"cpu\" & ünïcode" };
        FoundNetwork found = new(
            macro, network.Genotype, new PixelRange(-1, 255.5f), OnnxSamples.Normalization(3), TensorValues.Of(network),
            new SearchSettings(seed, options, 1234, 0xFEDCBA9876543210, "0.1.0"));
        return new SearchResult(found, history, alphas);
    }

    private static float[][][] Alphas(ref RandomStream random)
    {
        float[][][] alphas = new float[3][][];
        for (int cell = 0; cell < 3; cell++)
        {
            alphas[cell] = new float[CellTopology.Edges][];
            for (int e = 0; e < CellTopology.Edges; e++)
            {
                alphas[cell][e] = new float[CellOperations.Count];
                for (int k = 0; k < CellOperations.Count; k++) alphas[cell][e][k] = (float)random.NextDouble(-1, 1);
            }
        }

        return alphas;
    }
}
