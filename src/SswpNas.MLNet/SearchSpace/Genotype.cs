namespace SswpNas.MLNet;

/// <summary>A kept edge of a cell: an operation and the node it reads from.</summary>
/// <param name="Operation">The operation of the edge.</param>
/// <param name="Input">The predecessor, 0 and 1 for the cell's inputs, 2.. for its intermediate nodes.</param>
public readonly record struct GenotypeEdge(CellOperation Operation, int Input)
{
    /// <summary>The edge as genotypes write it, for example <c>sep_conv_3x3:0</c>.</summary>
    /// <returns>Name, colon, predecessor.</returns>
    public override string ToString() => $"{Operation.ToName()}:{Input}";
}

/// <summary>The eight kept edges of one cell, two for each of its four intermediate nodes.</summary>
public sealed class CellGenotype : IEquatable<CellGenotype>
{
    private readonly GenotypeEdge[] _edges;

    /// <summary>Makes a cell of eight edges.</summary>
    /// <param name="edges">Eight edges: two for node 0, two for node 1, and so on.</param>
    /// <exception cref="ArgumentException">
    /// There are not eight edges, a predecessor lies after its node, or a node takes the same predecessor twice.
    /// </exception>
    public CellGenotype(IEnumerable<GenotypeEdge> edges)
    {
        ArgumentNullException.ThrowIfNull(edges);
        _edges = [.. edges];
        int expected = CellTopology.IntermediateNodes * CellTopology.EdgesKeptPerNode;
        if (_edges.Length != expected)
            throw new ArgumentException($"A cell has {expected} edges, two a node; {_edges.Length} came.", nameof(edges));
        for (int e = 0; e < expected; e++)
        {
            if (Problem(e) is string problem) throw new ArgumentException(problem, nameof(edges));
        }
    }

    /// <summary>The eight edges; edges 2i and 2i + 1 lead into intermediate node i.</summary>
    public IReadOnlyList<GenotypeEdge> Edges => _edges;

    /// <summary>How many skip connections the cell has, 0 to 8.</summary>
    public int Skips => _edges.Count(e => e.Operation == CellOperation.SkipConnect);

    /// <summary>How many pools the cell has, 0 to 8.</summary>
    public int Pools => _edges.Count(e => e.Operation.IsPool());

    /// <inheritdoc/>
    public bool Equals(CellGenotype? other) => other is not null && _edges.AsSpan().SequenceEqual(other._edges);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CellGenotype);

    /// <inheritdoc/>
    public override int GetHashCode() => _edges.Aggregate(0, HashCode.Combine);

    /// <summary>The cell as text: eight edges separated by blanks.</summary>
    /// <returns>For example <c>sep_conv_3x3:0 skip_connect:1 ...</c>.</returns>
    public override string ToString() => string.Join(' ', _edges);

    private string? Problem(int e)
    {
        int node = e / CellTopology.EdgesKeptPerNode;
        GenotypeEdge edge = _edges[e];
        if (!Enum.IsDefined(edge.Operation)) return $"Edge {e} has the operation {(int)edge.Operation}; 0 to 6 was expected.";
        if (edge.Input < 0 || edge.Input >= CellTopology.InputsOf(node))
            return $"Edge {e} leads into node {node} and reads from {edge.Input}; 0 to {node + 1} was expected.";
        return e % 2 == 1 && _edges[e - 1].Input == edge.Input
            ? $"Node {node} reads twice from {edge.Input}; two inputs were expected."
            : null;
    }
}

/// <summary>The architecture of a network: one <see cref="CellGenotype"/> per cell (section 3.1).</summary>
public sealed partial class Genotype : IEquatable<Genotype>
{
    private readonly CellGenotype[] _cells;

    /// <summary>Makes a genotype from its cells.</summary>
    /// <param name="cells">At least one cell, from the input side on.</param>
    /// <exception cref="ArgumentException">There is no cell.</exception>
    public Genotype(IEnumerable<CellGenotype> cells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        _cells = [.. cells];
        if (_cells.Length == 0) throw new ArgumentException("A genotype has at least one cell; none came.", nameof(cells));
    }

    /// <summary>The cells, from the input side on.</summary>
    public IReadOnlyList<CellGenotype> Cells => _cells;

    /// <inheritdoc/>
    public bool Equals(Genotype? other) => other is not null && _cells.AsSpan().SequenceEqual(other._cells);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Genotype);

    /// <inheritdoc/>
    public override int GetHashCode() => _cells.Aggregate(0, HashCode.Combine);

    /// <summary>The genotype as text, a line a cell.</summary>
    /// <returns>Lines of eight edges.</returns>
    public override string ToString() => string.Join('\n', (object[])_cells);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">A line a cell, each of eight edges such as <c>sep_conv_3x3:0</c>.</param>
    /// <returns>The genotype.</returns>
    /// <exception cref="FormatException">The text is malformed; the message names line and edge.</exception>
    public static Genotype Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0) throw new FormatException("The genotype is empty; a line a cell was expected.");
        return new Genotype([.. lines.Select((line, number) => ParseCell(line, number + 1))]);
    }

    private static CellGenotype ParseCell(string line, int number)
    {
        string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        try
        {
            return new CellGenotype([.. parts.Select((part, e) => ParseEdge(part, number, e + 1))]);
        }
        catch (ArgumentException problem)
        {
            throw new FormatException($"Line {number} of the genotype: {problem.Message}", problem);
        }
    }

    private static GenotypeEdge ParseEdge(string part, int line, int edge)
    {
        int colon = part.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !int.TryParse(part.AsSpan(colon + 1), out int input))
        {
            throw new FormatException(
                $"Line {line}, edge {edge} of the genotype is '{part}'; an edge such as 'sep_conv_3x3:0' was expected.");
        }

        try
        {
            return new GenotypeEdge(CellOperations.Parse(part[..colon]), input);
        }
        catch (FormatException problem)
        {
            throw new FormatException($"Line {line}, edge {edge} of the genotype: {problem.Message}", problem);
        }
    }
}
