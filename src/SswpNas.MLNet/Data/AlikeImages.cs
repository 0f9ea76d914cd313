namespace SswpNas.MLNet.Data;

/// <summary>Images of a set that are there twice, or nearly so: what learns from one of them knows the other.</summary>
internal sealed class AlikeImages(string[] paths, int[] labels, string[] classNames, ImageContent[] contents)
{
    // Every pair is compared.
    private const int MostCompared = 20_000;
    private const int Shown = 3;
    private const string Split = "A split may put one of them on each side.";

    /// <summary>Lines for the log; none where all images differ.</summary>
    public IReadOnlyList<string> Lines()
    {
        List<string> lines = [];
        int[][] equal = [.. Enumerable.Range(0, paths.Length).GroupBy(i => contents[i].Pixels)
            .Select(group => group.ToArray()).Where(group => group.Length > 1)];
        Pair[] contradictions = [.. equal.Select(group => new Pair(group[0], group.FirstOrDefault(i => labels[i] != labels[group[0]], -1)))
            .Where(pair => pair.Second >= 0)];
        if (contradictions.Length > 0)
            lines.Add($"{contradictions.Length} images are in two classes with the same pixels: {List(contradictions)}. Leave each in one class.");
        int again = equal.Sum(group => group.Length - 1);
        if (again > 0)
            lines.Add($"{again} images have the pixels of another one: {List([.. equal.Select(group => new Pair(group[0], group[1]))])}. {Split}");
        HashSet<int> copies = [.. equal.SelectMany(group => group.Skip(1))];
        int[] different = [.. Enumerable.Range(0, paths.Length).Where(i => !copies.Contains(i))];
        if (different.Length > MostCompared)
        {
            lines.Add($"{different.Length} images are more than {MostCompared}: they were not compared for images that look alike.");
            return lines;
        }

        Pair[] crossing = Near(different, (a, b) => labels[a] != labels[b]), near = Near(different, (a, b) => labels[a] == labels[b]);
        if (crossing.Length > 0)
            lines.Add($"{crossing.Length} images look like one of another class: {List(crossing)}. Is one of them in the wrong class?");
        if (near.Length > 0)
            lines.Add($"{near.Length} images look like another one of their class: {List(near)}. {Split}");
        return lines;
    }

    /// <summary>Each image with the next one that looks like it, if there is one.</summary>
    private Pair[] Near(int[] images, Func<int, int, bool> compares) => [.. Enumerable.Range(0, images.Length).AsParallel().AsOrdered()
        .Select(place => Next(images, place, compares)).Where(pair => pair.Second >= 0)];

    private Pair Next(int[] images, int place, Func<int, int, bool> compares)
    {
        int first = images[place];
        for (int i = place + 1; i < images.Length; i++)
        {
            if (contents[first].LooksLike(contents[images[i]]) && compares(first, images[i])) return new Pair(first, images[i]);
        }

        return new Pair(first, -1);
    }

    private string List(Pair[] pairs)
    {
        IEnumerable<string> shown = pairs.Take(Shown).Select(pair => $"{Name(pair.First)} and {Name(pair.Second)}");
        return string.Join(", ", shown) + (pairs.Length > Shown ? ", ..." : "");
    }

    private string Name(int image) => labels[image] == LabelColumn.Missing ? $"'{paths[image]}'" : $"'{paths[image]}' ({classNames[labels[image]]})";

    private readonly record struct Pair(int First, int Second);
}
