namespace DrawParts;

/// <summary>A class of the data set: its folder's name and how one of its parts is drawn.</summary>
internal sealed record PartClass(string Name, Action<ReliefCanvas, Dice> Draw)
{
    /// <summary>
    /// The ten classes, by name. They are told apart by structure; colours, light and background are drawn without
    /// regard to the class.
    /// </summary>
    public static IReadOnlyList<PartClass> All { get; } =
    [
        new("bearing", RoundParts.Bearing),
        new("bolt", LongParts.Bolt),
        new("bracket", LongParts.Bracket),
        new("circlip", RoundParts.Circlip),
        new("gear", RoundParts.Gear),
        new("hex-nut", RoundParts.HexNut),
        new("mesh", SheetParts.Mesh),
        new("perforated-plate", SheetParts.PerforatedPlate),
        new("spring", LongParts.Spring),
        new("washer", RoundParts.Washer),
    ];
}
