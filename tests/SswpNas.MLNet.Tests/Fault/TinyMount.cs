using System.Diagnostics;
using System.Globalization;

namespace SswpNas.MLNet.Tests.Fault;

/// <summary>A file system in memory of a size that can be changed; needs a superuser on Linux.</summary>
internal sealed class TinyMount : IDisposable
{
    private TinyMount(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Mounts one, or ends the test as inconclusive.</summary>
    public static TinyMount Create(long bytes)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
            Assert.Inconclusive("Only a superuser on Linux can mount a small file system.");
        string folder = Directory.CreateTempSubdirectory("sswpnas-").FullName;
        if (Mount("-t", "tmpfs", "-o", Size(bytes), "tmpfs", folder)) return new TinyMount(folder);
        Directory.Delete(folder);
        Assert.Inconclusive("This system lets nobody mount a file system.");
        throw new InvalidOperationException();
    }

    public void Resize(long bytes) => Assert.IsTrue(Mount("-o", "remount," + Size(bytes), Folder));

    public void MakeReadOnly() => Assert.IsTrue(Mount("-o", "remount,ro", Folder));

    public void Dispose()
    {
        Run("umount", Folder);
        Directory.Delete(Folder);
    }

    private static string Size(long bytes) => "size=" + bytes.ToString(CultureInfo.InvariantCulture);

    private static bool Mount(params string[] arguments) => Run("mount", arguments);

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
