using System.Reflection;

namespace SswpNas.MLNet.Reports;

/// <summary>Style sheets and scripts, which are resources of the assembly.</summary>
internal static class EmbeddedText
{
    public static string Of(string name)
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!;
        using StreamReader reader = new(resource);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
