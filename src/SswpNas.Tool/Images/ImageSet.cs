using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNasTool.Images;

/// <summary>The images of a user: files that decode, and the labels that are known.</summary>
/// <param name="Paths">Full paths.</param>
/// <param name="Labels">Class numbers from 0, by image; <see cref="Missing"/> for none.</param>
/// <param name="ClassNames">Names by class number.</param>
/// <param name="LeftOut">Files that cannot be used.</param>
internal sealed record ImageSet(string[] Paths, int[] Labels, string[] ClassNames, int LeftOut)
{
    /// <summary>The label of an image that has none.</summary>
    public const int Missing = -1;

    public int Labelled => LabelledRows.Count();

    /// <summary>The numbers of the images that have a label, from 0.</summary>
    public IEnumerable<int> LabelledRows => Enumerable.Range(0, Labels.Length).Where(i => Labels[i] != Missing);

    public int Unlabelled => Paths.Length - Labelled;

    /// <summary>Labelled images of the class that has fewest.</summary>
    public int Fewest => ClassNames.Length == 0 ? 0 : Enumerable.Range(0, ClassNames.Length).Min(n => Labels.Count(label => label == n));

    /// <summary>The columns ImagePath and Label, of key type.</summary>
    public IDataView View(MLContext ml) => View(ml, Enumerable.Range(0, Paths.Length));

    /// <summary>The same of some images.</summary>
    /// <param name="ml">Where the data view is from.</param>
    /// <param name="rows">Their numbers, from 0.</param>
    public IDataView View(MLContext ml, IEnumerable<int> rows)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        SchemaDefinition.Column label = schema[nameof(Row.Label)];
        label.ColumnType = new KeyDataViewType(typeof(uint), ClassNames.Length);
        VBuffer<ReadOnlyMemory<char>> names = new(ClassNames.Length, [.. ClassNames.Select(n => n.AsMemory())]);
        label.AddAnnotation("KeyValues", names, new VectorDataViewType(TextDataViewType.Instance, ClassNames.Length));
        // A data view adds 1 to a key; what is beyond the last class becomes 0, the missing one.
        return ml.Data.LoadFromEnumerable(
            rows.Select(i => new Row { ImagePath = Paths[i], Label = Labels[i] == Missing ? uint.MaxValue : (uint)Labels[i] }).ToArray(), schema);
    }

    /// <summary>The images with other labels.</summary>
    /// <param name="names">The class of each image by its path; those that are not named keep theirs.</param>
    public ImageSet With(IReadOnlyDictionary<string, string> names)
    {
        string?[] labels = [.. Paths.Select((path, i) =>
            names.TryGetValue(path, out string? name) ? name : Labels[i] == Missing ? null : ClassNames[Labels[i]])];
        string[] classes = [.. labels.OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        return this with { Labels = [.. labels.Select(label => label is null ? Missing : Array.IndexOf(classes, label))], ClassNames = classes };
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";

        public uint Label { get; set; }
    }
}
