namespace SswpNas.MLNet;

/// <summary>In which order the last phase of the search freezes the cells (section 3.4).</summary>
public enum PruneDirection
{
    /// <summary>From the input side on: forward progressive prune, the paper's choice.</summary>
    Forward,

    /// <summary>From the output side on: backward progressive prune.</summary>
    Backward,

    /// <summary>No cell is frozen before the search is over.</summary>
    None,
}
