using SswpNas.MLNet.Data.Views.OnDevice;
using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Numerics;
using SswpNas.MLNet.Objectives;
using SswpNas.MLNet.SearchSpace.Layers;
using SswpNas.MLNet.SearchSpace;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Search;

/// <summary>Makes the objective that the options name; the only place that knows them all.</summary>
internal sealed class SearchObjectives(
    SearchOptions options, LabelledPixels data, PixelNormalization normalization, int threads, Device device)
{
    /// <param name="supernet">On the device already.</param>
    /// <param name="random">Where the head's initial weights come from.</param>
    public IObjective Create(Supernet supernet, ref RandomStream random) => options.Objective switch
    {
        SearchObjective.SimClr => SimClr(supernet.Macro.Features, ref random),
        SearchObjective.Supervised => Supervised(supernet.Macro.Features, ref random),
        SearchObjective.Byol => Byol(supernet, ref random),
        _ => throw new InvalidOperationException($"There is no objective {options.Objective}."),
    };

    private SimClrObjective SimClr(int features, ref RandomStream random)
    {
        ProjectionHead head = new(features, ref random, options.ProjectionSize, options.NormaliseProjection);
        LayerDevice.Move(head, device);
        return new SimClrObjective(Views(), head, options.Temperature);
    }

    private SupervisedObjective Supervised(int features, ref RandomStream random)
    {
        LinearLayer classifier = new(features, data.ClassNames.Length, ref random);
        LayerDevice.Move(classifier, device);
        AugmentationOptions augmentation = new()
        {
            FlipProbability = options.Supervised.FlipProbability,
            CutoutLength = options.Supervised.CutoutLength,
        };
        return new SupervisedObjective(
            new TrainingAugmenter(augmentation, normalization, threads), classifier, data.Labels,
            options.Supervised.LabelSmoothing);
    }

    private ByolObjective Byol(Supernet supernet, ref RandomStream random)
    {
        ByolHead head = new(
            supernet.Macro.Features, options.ProjectionSize, options.NormaliseProjection, options.Byol.PredictorSize, ref random);
        LayerDevice.Move(head, device);
        EmaTeacher teacher = new(supernet, head.Projector, options.Byol, Projector, device);
        return new ByolObjective(Views(), head, teacher);

        ProjectionHead Projector()
        {
            RandomStream unused = new(0, RandomPurpose.Weights);
            return new ProjectionHead(
                supernet.Macro.Features, ref unused, options.ProjectionSize, options.NormaliseProjection);
        }
    }

    private TwoViews Views() => new(
        new ViewRenderer(options.Views, normalization, threads),
        DeviceViews.Where(options.ViewsOnDevice, options.Views, normalization, device));
}
