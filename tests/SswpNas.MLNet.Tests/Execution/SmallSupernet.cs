using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Search;
using SswpNas.MLNet.SearchSpace;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Tests.Execution;

/// <summary>A supernet of three cells with images, paths and a loss, for tests of executions.</summary>
internal static class SmallSupernet
{
    public static readonly MacroStructure Macro = new(StemKind.Cifar, 4, 3, new ImageShape(3, 8, 8));

    public static Supernet NewSupernet()
    {
        RandomStream random = new(1, RandomPurpose.Weights);
        return new Supernet(Macro, ref random);
    }

    public static Tensor Images(int count)
    {
        RandomStream random = new(5, RandomPurpose.Views);
        float[] pixels = new float[count * Macro.Image.Size];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (float)random.NextDouble(-1, 1);
        return tensor(pixels, [count, 3, 8, 8]);
    }

    public static CellPath[] Paths(int step, bool withGates)
    {
        RandomStream random = new(1, RandomPurpose.Paths, step);
        CellPath[] paths = new CellPath[3];
        for (int cell = 0; cell < paths.Length; cell++)
        {
            EdgePath[] edges = new EdgePath[CellTopology.Edges];
            for (int e = 0; e < edges.Length; e++)
            {
                (int active, int other) = TwoPathGate.Sample(new float[7], ref random);
                int[] all = [.. Enumerable.Range(0, 7).Where(k => k != active)];
                int[] others = !withGates ? [] : e % 5 == 0 ? all : [other];
                edges[e] = new EdgePath(active, others, withGates ? new double[7] : null);
            }

            paths[cell] = new CellPath(edges);
        }

        return paths;
    }

    /// <summary>Weighted so that no direction cancels.</summary>
    public static Tensor Loss(Tensor features)
    {
        Tensor exact = features.to(ScalarType.Float64);
        Tensor weights = linspace(-1, 1, features.numel(), ScalarType.Float64).reshape(features.shape);
        return (exact * weights).sum() + exact.square().sum();
    }
}
