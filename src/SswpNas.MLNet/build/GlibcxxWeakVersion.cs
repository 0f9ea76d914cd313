#nullable enable
#if !NET // MSBuild compiles the file with no symbols defined and no global usings, and wants a task in it.
using System;
using System.IO;
using System.Linq;
#endif

namespace SswpNas.MLNet.Build;

/// <summary>What <see cref="GlibcxxWeakVersion"/> found in a library.</summary>
public enum GlibcxxDemand
{
    /// <summary>The library does not ask for the version: nothing was changed.</summary>
    Absent,

    /// <summary>The demand was weak already: nothing was changed.</summary>
    AlreadyWeak,

    /// <summary>The demand was binding and is weak now: one 16-bit field was changed.</summary>
    Weakened,
}

/// <summary>
/// Marks the demand of a 64-bit ELF library for version GLIBCXX_3.4.32 of libstdc++.so.6 as weak, so that the loader
/// passes over a libstdc++ without it. It sets one flag of one entry of .gnu.version_r and nothing else.
/// </summary>
/// <remarks>
/// MSBuild compiles this very file against .NET Standard 2.0 and the tests compile it as part of their assembly, so it
/// uses nothing newer. ELF names are those of elf(5) and of the Linux Standard Base, "Symbol Versioning".
/// </remarks>
public static class GlibcxxWeakVersion
{
    private const string Library = "libstdc++.so.6";
    private const string Version = "GLIBCXX_3.4.32";
    private const ushort VerFlgWeak = 0x2;
    private const uint ShtGnuVerneed = 0x6ffffffe;
    private const int VersionRecordSize = 16;

    /// <summary>Writes the library, with the demand weakened if it has one, to another path.</summary>
    /// <param name="source">The library; it is only read.</param>
    /// <param name="destination">Written under a temporary name and renamed; left alone if it is so already.</param>
    /// <returns>What was found in <paramref name="source"/>.</returns>
    /// <exception cref="InvalidDataException">Damaged or no 64-bit little-endian ELF; nothing is written.</exception>
    public static GlibcxxDemand WriteMended(string source, string destination)
    {
        byte[] elf = File.ReadAllBytes(source);
        GlibcxxDemand found;
        try
        {
            found = Weaken(elf);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"'{source}' cannot be mended: {e.Message} Restore the package again.", e);
        }

        if (File.Exists(destination) && File.ReadAllBytes(destination).SequenceEqual(elf))
        {
            File.SetLastWriteTimeUtc(destination, NewerThan(source));
            return found;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(destination))!);
        string temporary = $"{destination}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(temporary, elf);
            File.SetLastWriteTimeUtc(temporary, NewerThan(source));
            MoveOver(temporary, destination);
        }
        finally
        {
            File.Delete(temporary);
        }

        return found;
    }

    /// <summary>Weakens the demand in the bytes of a library.</summary>
    /// <param name="elf">The whole file; one 16-bit field of it is changed, none if an exception is thrown.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="InvalidDataException">The bytes are damaged or no 64-bit little-endian ELF.</exception>
    public static GlibcxxDemand Weaken(byte[] elf)
    {
        long flags = FindFlags(new Bytes(elf));
        if (flags < 0) return GlibcxxDemand.Absent;
        if ((elf[flags] & VerFlgWeak) != 0) return GlibcxxDemand.AlreadyWeak;
        elf[flags] |= (byte)VerFlgWeak;
        return GlibcxxDemand.Weakened;
    }

    /// <summary>The offset of the entry's vna_flags, -1 if there is no such entry.</summary>
    private static long FindFlags(Bytes file)
    {
        bool is64BitLittleEndian = file.UInt32(0) == 0x464C457F && file.UInt16(4) == 0x0102;
        if (!is64BitLittleEndian) throw new InvalidDataException("It is no 64-bit little-endian ELF file.");

        SectionTable sections = new(file);
        for (int i = 0; i < sections.Count; i++)
        {
            if (sections.Type(i) != ShtGnuVerneed) continue;
            Bytes names = sections.Content(sections.Link(i));
            Bytes needs = sections.Content(i);
            long entry = FindEntry(needs, names);
            return entry < 0 ? -1 : needs.Start + entry + 4;
        }

        return -1;
    }

    /// <summary>The offset in .gnu.version_r of the Vernaux of our library and version, -1 if there is none.</summary>
    private static long FindEntry(Bytes needs, Bytes names)
    {
        for (long need = 0, next = 1; next != 0; need += next)
        {
            next = Step(needs.UInt32(need + 12));
            if (!names.TextIs(needs.UInt32(need + 4), Library)) continue;
            int left = needs.UInt16(need + 2);
            long aux = need + needs.UInt32(need + 8);
            for (long step = 1; step != 0 && left > 0; aux += step, left--)
            {
                step = Step(needs.UInt32(aux + 12));
                if (names.TextIs(needs.UInt32(aux + 8), Version)) return aux;
            }
        }

        return -1;
    }

    /// <summary>Entries follow one another, so that a walk along damaged offsets comes to an end.</summary>
    private static uint Step(uint offset) => offset is 0 or >= VersionRecordSize
        ? offset
        : throw new InvalidDataException($"An entry of .gnu.version_r overlaps the next one, {offset} bytes on.");

    /// <summary>Later than the package's file, so that no copy step takes the two for the same.</summary>
    private static DateTime NewerThan(string source)
    {
        DateTime after = File.GetLastWriteTimeUtc(source).AddSeconds(2);
        return after > DateTime.UtcNow ? after : DateTime.UtcNow;
    }

    private static void MoveOver(string temporary, string destination)
    {
        try
        {
            File.Move(temporary, destination);
        }
        catch (IOException) when (File.Exists(destination))
        {
            File.Replace(temporary, destination, null);
        }
    }

    /// <summary>A part of the file that is read with its bounds checked.</summary>
    private readonly struct Bytes
    {
        private readonly byte[] _file;
        private readonly long _length;

        public Bytes(byte[] file)
            : this(file, 0, file.Length)
        {
        }

        private Bytes(byte[] file, long start, long length)
        {
            _file = file;
            Start = start;
            _length = length;
        }

        public long Start { get; }

        public Bytes Part(ulong start, ulong length)
        {
            bool inside = start <= (ulong)_length && length <= (ulong)_length - start;
            if (!inside) throw EndsBefore(start, length);
            return new Bytes(_file, Start + (long)start, (long)length);
        }

        public ushort UInt16(long offset) => BitConverter.ToUInt16(_file, Checked(offset, sizeof(ushort)));

        public uint UInt32(long offset) => BitConverter.ToUInt32(_file, Checked(offset, sizeof(uint)));

        public ulong UInt64(long offset) => BitConverter.ToUInt64(_file, Checked(offset, sizeof(ulong)));

        /// <summary>Whether the zero-terminated text at an offset is this one.</summary>
        public bool TextIs(long offset, string text)
        {
            int at = Checked(offset, 1);
            if (_length - offset <= text.Length) return false;
            for (int i = 0; i < text.Length; i++)
                if (_file[at + i] != text[i]) return false;
            return _file[at + text.Length] == 0;
        }

        private int Checked(long offset, int size)
        {
            bool inside = offset >= 0 && offset <= _length - size;
            if (!inside) throw EndsBefore((ulong)offset, (ulong)size);
            return (int)(Start + offset);
        }

        private InvalidDataException EndsBefore(ulong start, ulong length) =>
            new($"A part of {_length} bytes was to hold {length} bytes at {start}.");
    }

    /// <summary>The ELF64 section headers.</summary>
    private readonly struct SectionTable
    {
        private const int HeaderSize = 64;
        private readonly Bytes _file;
        private readonly Bytes _headers;

        public SectionTable(Bytes file)
        {
            _file = file;
            int size = file.UInt16(0x3A);
            Count = file.UInt16(0x3C);
            if (Count == 0 || size != HeaderSize)
                throw new InvalidDataException($"It has {Count} section headers of {size} bytes, not {HeaderSize}.");
            _headers = file.Part(file.UInt64(0x28), (ulong)Count * HeaderSize);
        }

        public int Count { get; }

        public uint Type(long index) => _headers.UInt32((index * HeaderSize) + 4);

        public uint Link(long index) => _headers.UInt32((index * HeaderSize) + 0x28);

        public Bytes Content(long index) =>
            _file.Part(_headers.UInt64((index * HeaderSize) + 0x18), _headers.UInt64((index * HeaderSize) + 0x20));
    }
}

#if !NET
/// <summary>Writes each library's mended copy to the path in its metadata MendedPath.</summary>
public sealed class WeakenGlibcxxVersion : Microsoft.Build.Utilities.Task
{
    /// <summary>The libraries.</summary>
    [Microsoft.Build.Framework.Required]
    public Microsoft.Build.Framework.ITaskItem[] Libraries { get; set; } = new Microsoft.Build.Framework.ITaskItem[0];

    /// <inheritdoc />
    public override bool Execute()
    {
        foreach (Microsoft.Build.Framework.ITaskItem library in Libraries)
        {
            try
            {
                string destination = library.GetMetadata("MendedPath");
                GlibcxxDemand found = GlibcxxWeakVersion.WriteMended(library.ItemSpec, destination);
                Log.LogMessage($"{library.ItemSpec}: GLIBCXX_3.4.32 {found}");
            }
            catch (Exception e) when (e is InvalidDataException || e is IOException || e is UnauthorizedAccessException)
            {
                Log.LogError($"{e.Message} (SswpNasMendTorchSharp=false leaves TorchSharp's library as it is.)");
            }
        }

        return !Log.HasLoggedErrors;
    }
}
#endif
