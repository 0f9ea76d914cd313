namespace SswpNas.MLNet.Search;

/// <summary>What images and labels a search needs, said before it starts.</summary>
internal static class SearchChecks
{
    /// <summary>A label column is named where the objective asks for labels, and only there.</summary>
    public static IEnumerable<string> LabelProblems(SearchObjective objective, string? labelColumnName)
    {
        bool needed = objective == SearchObjective.Supervised;
        if (needed && string.IsNullOrWhiteSpace(labelColumnName))
            yield return "Objective is Supervised, but no label column was named; give Search a labelColumnName.";
        if (!needed && labelColumnName is not null)
        {
            yield return $"A label column '{labelColumnName}' was named, but the objective {objective} uses no labels; leave "
                + "labelColumnName out, or choose the objective Supervised.";
        }
    }

    /// <summary>Both parts of the images have to fill a batch.</summary>
    public static void Images(int count, SearchOptions options)
    {
        if (options.ChoosesBeforeTraining)
        {
            if (count >= options.BatchSize) return;
            throw new InvalidDataException(
                $"There are {count} images; a batch of {options.BatchSize} was expected. Bring more images, or lower BatchSize.");
        }

        int architecture = (int)Math.Round(count * options.ArchitectureFraction);
        int least = Math.Min(architecture, count - architecture);
        if (least >= options.BatchSize) return;
        double smaller = Math.Min(options.ArchitectureFraction, 1 - options.ArchitectureFraction);
        throw new InvalidDataException(
            $"There are {count} images, of which the smaller part for weights or alphas gets {least}; a batch of "
            + $"{options.BatchSize} was expected in each. Bring at least {(long)Math.Ceiling(options.BatchSize / smaller)} images, "
            + $"or lower BatchSize.");
    }
}
