using SswpNas.MLNet.Data.Views.OnDevice;
using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Objectives;
using static TorchSharp.torch;

namespace SswpNas.MLNet.Search;

/// <summary>Makes the objective that the options name; the only place that knows them all.</summary>
internal sealed class SearchObjectives(
    SearchOptions options, LabelledPixels data, PixelNormalization normalization, int threads, Device device, Ranks? ranks = null)
{
    public IObjective Create(Supernet supernet, ref RandomStream random)
    {
        IObjective objective = Named(supernet, ref random);
        if (data.Teacher is null) return objective;
        ProjectionHead projection = new(
            supernet.Macro.Features, ref random, data.Teacher.Length, options.NormaliseProjection, options.ProjectionSize);
        LayerDevice.Move(projection, device);
        return new TeacherObjective(objective, data.Teacher, projection, options.TeacherShare);
    }

    private IObjective Named(Supernet supernet, ref RandomStream random) => options.Objective switch
    {
        SearchObjective.SimClr => SimClr(options, normalization, threads, device, supernet.Macro.Features, ref random, ranks),
        SearchObjective.Supervised => Supervised(supernet.Macro.Features, ref random),
        SearchObjective.Byol => Byol(supernet, ref random),
        _ => throw new InvalidOperationException($"There is no objective {options.Objective}."),
    };

    /// <summary>The objective of a search and of the pre-training of what it found.</summary>
    public static SimClrObjective SimClr(
        EncoderOptions options, PixelNormalization normalization, int threads, Device device, int features, ref RandomStream random,
        Ranks? ranks = null)
    {
        ProjectionHead head = new(features, ref random, options.ProjectionSize, options.NormaliseProjection);
        LayerDevice.Move(head, device);
        return new SimClrObjective(Views(options, normalization, threads, device, ranks), head, options.Temperature);
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
            options.Supervised.LabelSmoothing, ranks);
    }

    private ByolObjective Byol(Supernet supernet, ref RandomStream random)
    {
        ByolHead head = new(
            supernet.Macro.Features, options.ProjectionSize, options.NormaliseProjection, options.Byol.PredictorSize, ref random);
        LayerDevice.Move(head, device);
        EmaTeacher teacher = new(supernet, head.Projector, options.Byol, Projector, device);
        return new ByolObjective(Views(options, normalization, threads, device, ranks), head, teacher);

        ProjectionHead Projector()
        {
            RandomStream unused = new(0, RandomPurpose.Weights);
            return new ProjectionHead(
                supernet.Macro.Features, ref unused, options.ProjectionSize, options.NormaliseProjection);
        }
    }

    private static TwoViews Views(EncoderOptions options, PixelNormalization normalization, int threads, Device device, Ranks? ranks) => new(
        new ViewRenderer(options.Views, normalization, threads),
        DeviceViews.Where(options.ViewsOnDevice, options.Views, normalization, device), ranks);
}
