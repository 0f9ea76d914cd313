namespace SswpNas.MLNet.Options;

/// <summary>What an option means besides its value. Without the attribute it is a setting that changes the result.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class OptionAttribute : Attribute
{
    /// <summary>False for what says how a run is watched and kept: such options are not listed with a result.</summary>
    public bool IsSetting { get; init; } = true;

    /// <summary>False where checkpoints of a run with another value can be taken up.</summary>
    public bool IdentifiesRun { get; init; } = true;

    /// <summary>False where a sweep with another value is still the same sweep.</summary>
    public bool IdentifiesSweep { get; init; } = true;

    /// <summary>False for what changes neither a weight nor a figure: both of the above.</summary>
    public bool ChangesResult
    {
        get => IdentifiesRun || IdentifiesSweep;
        init => IdentifiesRun = IdentifiesSweep = value;
    }

    /// <summary>The name in files that older versions wrote; null if it has always been the same.</summary>
    public string? FormerName { get; init; }
}
