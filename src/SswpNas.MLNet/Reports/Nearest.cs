using System.Numerics.Tensors;

namespace SswpNas.MLNet.Reports;

/// <summary>Which images are near each other: by the cosine between their features, which is what contrastive training compares.</summary>
internal static class Nearest
{
    /// <summary>How many are found at most.</summary>
    public const int Most = 8;

    /// <summary>For each image the numbers of the nearest others, the nearest first; of equally near ones the lower number.</summary>
    public static int[][] Of(IReadOnlyList<float[]> features)
    {
        int[][] nearest = new int[features.Count][];
        float[] similarities = new float[features.Count];
        for (int i = 0; i < nearest.Length; i++)
        {
            for (int j = 0; j < similarities.Length; j++) similarities[j] = Similarity(features[i], features[j]);
            int self = i;
            nearest[i] = [.. Enumerable.Range(0, similarities.Length).Where(j => j != self)
                .OrderByDescending(j => similarities[j]).ThenBy(j => j).Take(Most)];
        }

        return nearest;
    }

    // Features of zeros alone have no direction.
    private static float Similarity(float[] a, float[] b)
    {
        float similarity = TensorPrimitives.CosineSimilarity(a, b);
        return float.IsFinite(similarity) ? similarity : 0;
    }
}
