using SswpNas.MLNet.Data;
using SswpNas.MLNet.SearchSpace;

namespace SswpNas.MLNet.Search;

/// <summary>What images a search needs, said before it starts.</summary>
internal static class SearchChecks
{
    /// <summary>The last cells have to see at least 2 x 2 pixels, and every halving needs an even size.</summary>
    public static void Image(ImageShape shape, StemKind stem, int channels, int cells)
    {
        int halvings = new MacroStructure(stem, channels, cells, shape).Halvings;
        int step = 1 << halvings;
        if (shape.Height % step == 0 && shape.Height >= 2 * step) return;
        throw new ArgumentException(
            $"The images have {shape.Height} x {shape.Width} pixels; a network of {cells} cells halves them {halvings} times, "
            + $"so a multiple of {step} from {2 * step} on was expected. Resize them to "
            + $"{Math.Max(2, shape.Height / step) * step} x {Math.Max(2, shape.Height / step) * step} with ResizeImages.");
    }

    /// <summary>A label column is named where the objective asks for labels, and only there.</summary>
    public static IEnumerable<string> LabelProblems(SearchObjective objective, string? labelColumn)
    {
        bool needed = objective == SearchObjective.Supervised;
        if (needed && string.IsNullOrWhiteSpace(labelColumn))
            yield return "Objective is Supervised, but no label column was named; give Search a labelColumnName.";
        if (!needed && labelColumn is not null)
        {
            yield return $"A label column '{labelColumn}' was named, but the objective {objective} looks at no labels; leave "
                + "labelColumnName out, or choose the objective Supervised.";
        }
    }

    /// <summary>Both parts of the images have to fill a batch.</summary>
    public static void Images(int count, SearchOptions options)
    {
        int architecture = (int)Math.Round(count * options.ArchitectureFraction);
        int least = Math.Min(architecture, count - architecture);
        if (least >= options.BatchSize) return;
        double smaller = Math.Min(options.ArchitectureFraction, 1 - options.ArchitectureFraction);
        throw new InvalidDataException(
            $"There are {count} images, of which the smaller part for weights or alphas gets {least}; a batch of "
            + $"{options.BatchSize} was expected in each. Bring at least {Math.Ceiling(options.BatchSize / smaller):F0} images, "
            + $"or lower BatchSize.");
    }
}
