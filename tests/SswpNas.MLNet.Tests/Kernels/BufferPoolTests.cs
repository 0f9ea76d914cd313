using SswpNas.MLNet.Training.Engines.Kernels;

namespace SswpNas.MLNet.Tests.Kernels;

[TestClass]
public sealed unsafe class BufferPoolTests
{
    [TestMethod]
    public void ABufferThatIsReturnedTwiceIsNoticed()
    {
        using BufferPool pool = new();
        float* buffer = pool.Rent(100), other = pool.Rent(100);
        pool.Return(buffer);

        InvalidOperationException refusal = Assert.ThrowsExactly<InvalidOperationException>(() => pool.Return(buffer));

        Assert.Contains("twice", refusal.Message);
        Assert.AreEqual(1, pool.InUse);
        float* first = pool.Rent(100), second = pool.Rent(100);
        Assert.IsTrue(first == buffer, "a returned buffer is used again");
        Assert.IsTrue(second != buffer && second != other, "and by one only");
    }

    [TestMethod]
    public void ABufferFromElsewhereIsNoticed()
    {
        using BufferPool pool = new(), other = new();
        float* foreign = other.Rent(100);
        float* inside = pool.Rent(100) + 16;

        Assert.Contains("not from this pool", Assert.ThrowsExactly<InvalidOperationException>(() => pool.Return(foreign)).Message);
        Assert.ThrowsExactly<InvalidOperationException>(() => pool.Return(inside));
        Assert.AreEqual(1, pool.InUse);
        Assert.AreEqual(1, other.InUse);
    }

    /// <summary>Each rented buffer is written to its end, and none of the others changes.</summary>
    [TestMethod]
    public void BuffersThatAreInUseNeverOverlap()
    {
        Random random = new(1);
        using BufferPool pool = new();
        List<(nint Buffer, int Count, float Mark)> rented = [];
        for (int i = 0; i < 2000; i++)
        {
            if (rented.Count > 0 && random.Next(3) == 0)
            {
                (nint buffer, int count, float mark) = rented[random.Next(rented.Count)];
                ReadOnlySpan<float> content = new((float*)buffer, count);
                Assert.AreEqual(-1, content.IndexOfAnyExcept(mark), "a buffer was written over");
                pool.Return((float*)buffer);
                rented.Remove((buffer, count, mark));
            }
            else
            {
                int count = random.Next(5000);
                float* buffer = pool.Rent(count);
                Assert.AreEqual(0, (nint)buffer % 64, "alignment");
                new Span<float>(buffer, count).Fill(i);
                rented.Add(((nint)buffer, count, i));
            }

            Assert.AreEqual(rented.Count, pool.InUse);
        }
    }

    [TestMethod]
    public void WhatWasReturnedIsNotAllocatedAgain()
    {
        using BufferPool pool = new();
        long held = 0;
        for (int round = 0; round < 3; round++)
        {
            nint[] buffers = [.. Enumerable.Range(1, 50).Select(i => (nint)pool.Rent(i * 100))];
            if (round > 0) Assert.AreEqual(held, pool.Bytes);
            held = pool.Bytes;
            foreach (nint buffer in buffers) pool.Return((float*)buffer);
            Assert.AreEqual(0, pool.InUse);
        }
    }

    [TestMethod]
    public void NothingIsReturnedToAPoolThatIsGone()
    {
        BufferPool pool = new();
        float* buffer = pool.Rent(100);
        pool.Return(null);
        pool.Dispose();

        pool.Return(buffer);

        Assert.AreEqual((0, 0L), (pool.InUse, pool.Bytes));
        Assert.ThrowsExactly<ObjectDisposedException>(() => pool.Rent(1));
    }
}
