using System.Buffers.Binary;
using SswpNas.MLNet.Build;
using SswpNas.MLNet.Numerics;

namespace SswpNas.MLNet.Tests.Native;

[TestClass]
public sealed class GlibcxxWeakVersionTests
{
    private static byte[] Needy() => TinyElf.Needing(
        ("libm.so.6", ["GLIBC_2.2.5"]),
        ("libother.so.1", ["GLIBCXX_3.4.32"]),
        ("libstdc++.so.6", ["GLIBCXX_3.4.3", "GLIBCXX_3.4.32", "GLIBCXX_3.4.321"]),
        ("libc.so.6", ["GLIBC_2.34"]));

    [TestMethod]
    public void OnlyTheFlagOfTheOneVersionOfTheOneLibraryIsSet()
    {
        byte[] before = Needy();
        byte[] after = Needy();

        Assert.AreEqual(GlibcxxDemand.Weakened, GlibcxxWeakVersion.Weaken(after));

        // Records of 16 bytes: libm and its version, libother and its version, libstdc++ and its first version.
        int verneed = before.Length - (3 * 64) - (10 * 16);
        int flags = verneed + (6 * 16) + 4;
        CollectionAssert.AreEqual(new[] { flags }, Differences(before, after));
        Assert.AreEqual(0, before[flags]);
        Assert.AreEqual(2, after[flags]);
    }

    [TestMethod]
    public void ASecondApplicationChangesNothing()
    {
        byte[] once = Needy();
        GlibcxxWeakVersion.Weaken(once);
        byte[] twice = [.. once];

        Assert.AreEqual(GlibcxxDemand.AlreadyWeak, GlibcxxWeakVersion.Weaken(twice));

        CollectionAssert.AreEqual(once, twice);
    }

    [TestMethod]
    public void ALibraryWithoutTheDemandStaysAsItIs()
    {
        byte[] elf = TinyElf.Needing(
            ("libother.so.1", ["GLIBCXX_3.4.32"]), ("libstdc++.so.6", ["GLIBCXX_3.4.30", "GLIBCXX_3.4.320"]));
        byte[] before = [.. elf];

        Assert.AreEqual(GlibcxxDemand.Absent, GlibcxxWeakVersion.Weaken(elf));

        CollectionAssert.AreEqual(before, elf);
    }

    [TestMethod]
    public void OtherFilesAreRefused()
    {
        byte[] elf32 = Needy();
        elf32[4] = 1;
        byte[] bigEndian = Needy();
        bigEndian[5] = 2;
        foreach (byte[] other in new[] { [], "MZ"u8.ToArray(), new byte[4096], elf32, bigEndian })
            Assert.ThrowsExactly<InvalidDataException>(() => GlibcxxWeakVersion.Weaken(other));
    }

    [TestMethod]
    public void ATruncatedFileIsRefusedAtEveryLength()
    {
        byte[] whole = Needy();
        for (int length = 0; length < whole.Length; length++)
        {
            byte[] part = whole[..length];
            Assert.ThrowsExactly<InvalidDataException>(() => GlibcxxWeakVersion.Weaken(part), $"{length} bytes");
            CollectionAssert.AreEqual(whole[..length], part, $"{length} bytes");
        }
    }

    [TestMethod]
    public void AnySingleFlippedBitIsRefusedOrHarmless()
    {
        byte[] whole = Needy();
        for (int bit = 0; bit < 8 * whole.Length; bit++)
        {
            byte[] damaged = [.. whole];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefusedOrHarmless(damaged, $"bit {bit}");
        }
    }

    [TestMethod]
    public void ManyFlippedBitsAreRefusedOrHarmless()
    {
        byte[] whole = Needy();
        for (int trial = 0; trial < 20_000; trial++)
        {
            RandomStream random = new(7, RandomPurpose.DataSplit, trial);
            byte[] damaged = [.. whole];
            for (int i = random.NextInt(16); i >= 0; i--)
                damaged[random.NextInt(damaged.Length)] ^= (byte)(1 << random.NextInt(8));
            AssertRefusedOrHarmless(damaged, $"trial {trial}");
        }
    }

    [TestMethod]
    public void AWalkThatWouldNotEndIsRefused()
    {
        byte[] elf = Needy();
        int verneed = elf.Length - (3 * 64) - (10 * 16);
        BinaryPrimitives.WriteUInt32LittleEndian(elf.AsSpan(verneed + 12), 4);
        InvalidDataException e = Assert.ThrowsExactly<InvalidDataException>(() => GlibcxxWeakVersion.Weaken(elf));
        StringAssert.Contains(e.Message, "overlaps");
    }

    private static void AssertRefusedOrHarmless(byte[] damaged, string which)
    {
        byte[] before = [.. damaged];
        GlibcxxDemand? found = null;
        try
        {
            found = GlibcxxWeakVersion.Weaken(damaged);
        }
        catch (InvalidDataException)
        {
            // The documented refusal; anything else fails the test.
        }

        int[] changed = Differences(before, damaged);
        Assert.HasCount(found == GlibcxxDemand.Weakened ? 1 : 0, changed, which);
        foreach (int at in changed) Assert.AreEqual(2, before[at] ^ damaged[at], which);
    }

    internal static int[] Differences(byte[] before, byte[] after)
    {
        Assert.HasCount(before.Length, after);
        return [.. Enumerable.Range(0, before.Length).Where(i => before[i] != after[i])];
    }
}
