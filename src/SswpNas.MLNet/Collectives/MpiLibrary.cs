using System.Runtime.Versioning;

namespace SswpNas.MLNet.Collectives;

/// <summary>
/// An MPI library that is installed: the functions that are used of it, and the handles and constants in which the libraries
/// differ. A handle is a pointer to some and a number to others; both fit a native integer.
/// </summary>
internal sealed unsafe partial class MpiLibrary
{
    private const int Now = 2, GlobalOnLinux = 0x100, GlobalOnMacOS = 0x8; // of dlopen

    private MpiLibrary(nint library, string file)
    {
        File = file;
        Initialized = (delegate* unmanaged<int*, int>)Function("MPI_Initialized");
        InitThread = (delegate* unmanaged<nint, nint, int, int*, int>)Function("MPI_Init_thread");
        Finalize = (delegate* unmanaged<int>)Function("MPI_Finalize");
        CommRank = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_rank");
        CommSize = (delegate* unmanaged<nint, int*, int>)Function("MPI_Comm_size");
        LibraryVersion = (delegate* unmanaged<byte*, int*, int>)Function("MPI_Get_library_version");
        AllGather = (delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, nint*, int>)Function("MPI_Iallgatherv");
        Broadcast = (delegate* unmanaged<void*, int, nint, int, nint, nint*, int>)Function("MPI_Ibcast");
        Send = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Function("MPI_Isend");
        Receive = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)Function("MPI_Irecv");
        Probe = (delegate* unmanaged<int, int, nint, int*, void*, int>)Function("MPI_Iprobe");
        Test = (delegate* unmanaged<nint*, int*, void*, int>)Function("MPI_Test");
        Abort = (delegate* unmanaged<nint, int, int>)Function("MPI_Abort");
        Version = Text();
        if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out nint world))
            (World, Double, Serialized) = (world, NativeLibrary.GetExport(library, "ompi_mpi_double"), 2);
        else if (Path.GetFileName(file).StartsWith("libmpi_abi", StringComparison.Ordinal))
            (World, Double, Serialized) = (0x101, 0x214, 2048);
        else if (IsLikeMpich(Version))
            (World, Double, Serialized) = (0x44000000, 0x4c00080b, 2);
        else
            throw new InvalidOperationException($"It is '{Version}'; Open MPI, MPICH or a relative of it, or an MPI 5 library was expected.");

        nint Function(string name) => NativeLibrary.GetExport(library, name);
    }

    public string File { get; }

    /// <summary>What the library says of itself, on one line.</summary>
    public string Version { get; }

    public nint World { get; }

    public nint Double { get; }

    /// <summary>The level at which several threads call, one at a time.</summary>
    public int Serialized { get; }

    public delegate* unmanaged<int*, int> Initialized { get; }

    public delegate* unmanaged<nint, nint, int, int*, int> InitThread { get; }

    public delegate* unmanaged<int> Finalize { get; }

    public delegate* unmanaged<nint, int*, int> CommRank { get; }

    public delegate* unmanaged<nint, int*, int> CommSize { get; }

    public delegate* unmanaged<byte*, int*, int> LibraryVersion { get; }

    public delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, nint*, int> AllGather { get; }

    public delegate* unmanaged<void*, int, nint, int, nint, nint*, int> Broadcast { get; }

    public delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> Send { get; }

    public delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> Receive { get; }

    public delegate* unmanaged<int, int, nint, int*, void*, int> Probe { get; }

    public delegate* unmanaged<nint*, int*, void*, int> Test { get; }

    public delegate* unmanaged<nint, int, int> Abort { get; }

    /// <summary>Loads the first library that can be loaded.</summary>
    /// <exception cref="InvalidOperationException">None can; the message says what was tried and what came of each.</exception>
    public static MpiLibrary Load(Launcher launcher)
    {
        List<string> tried = [];
        foreach (string file in launcher.Libraries)
        {
            try
            {
                if (!TryOpen(file, out nint library, out string problem)) tried.Add($"{file}: {problem}");
                else return new MpiLibrary(library, file);
            }
            catch (Exception e) when (e is EntryPointNotFoundException or InvalidOperationException)
            {
                tried.Add($"{file}: {e.Message.TrimEnd('.')}");
            }
        }

        throw new InvalidOperationException(
            $"{launcher.Name} has started this process as one of several, but there is no MPI library that can be used. Install the "
            + $"one that the launcher belongs to, or name its file in SSWPNAS_MPI. Tried: {string.Join("; ", tried)}.");
    }

    /// <summary>Open MPI's own plug-ins look for its functions among those that everybody may use, which .NET's loading hides.</summary>
    private static bool TryOpen(string file, out nint library, out string problem)
    {
        problem = "";
        if (OperatingSystem.IsWindows())
        {
            if (NativeLibrary.TryLoad(file, out library)) return true;
            problem = "not found";
            return false;
        }

        library = Open(file, Now | (OperatingSystem.IsMacOS() ? GlobalOnMacOS : GlobalOnLinux));
        if (library == 0) problem = Marshal.PtrToStringUTF8(Error()) ?? "not found";
        return library != 0;
    }

    private static bool IsLikeMpich(string version) =>
        new[] { "MPICH", "MVAPICH", "Intel", "Cray" }.Any(name => version.Contains(name, StringComparison.OrdinalIgnoreCase));

    private string Text()
    {
        const int room = 8192; // what MPI 5 allows
        byte[] bytes = new byte[room];
        int length = 0;
        fixed (byte* first = bytes) _ = LibraryVersion(first, &length);
        string text = Encoding.UTF8.GetString(bytes, 0, Math.Clamp(length, 0, room)).Trim('\0', ' ', '\n');
        return text.Split('\n', ',')[0].Trim();
    }

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string file, int flags);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "dlerror")]
    private static partial nint Error();
}
