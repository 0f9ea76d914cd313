using System.Reflection;

namespace SswpNas.MLNet.Messages;

/// <summary>The library's version, as files say it.</summary>
internal static class LibraryVersion
{
    public static string Text { get; } =
        typeof(LibraryVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
