namespace SswpNas.MLNet.Benchmarks.Product;

/// <summary>Seconds of an epoch's mix: weight steps and an architecture step, with views and reading.</summary>
/// <param name="Seconds">All of it.</param>
/// <param name="WeightStep">One weight step, views included, in the median.</param>
/// <param name="Views">Rendering of all views.</param>
/// <param name="WeightNetwork">Of the product: network and head in weight steps.</param>
/// <param name="ArchitectureNetwork">Of the product: network and head in architecture steps.</param>
internal sealed record MixTimes(
    double Seconds, double WeightStep, double Views, double WeightNetwork = 0, double ArchitectureNetwork = 0);
