namespace SswpNas.MLNet.Options;

/// <summary>The one rule for what an option may name as a device; it says nothing about the machine.</summary>
internal static class DeviceOption
{
    /// <summary>What the option may be, for messages.</summary>
    public const string Expected = "'auto', 'cpu', 'cuda' or 'cuda:n' (n = 0, 1, ...)";

    /// <summary>What stands before a GPU's number.</summary>
    public const string CudaPrefix = "cuda:";

    public static bool IsValid(string? option) => option is "auto" or "cpu" or "cuda" || GpuNumber(option) is not null;

    /// <summary>The n of "cuda:n"; null if the option does not have that form.</summary>
    public static int? GpuNumber(string? option) =>
        option is not null && option.StartsWith(CudaPrefix, StringComparison.Ordinal)
        && int.TryParse(option[CudaPrefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int n)
            ? n
            : null;
}
