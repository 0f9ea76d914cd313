extern alias tool;

using tool::SswpNasTool.Training;

namespace SswpNas.MLNet.Tests.CommandTool;

/// <summary>What <c>train</c> is asked for without any option.</summary>
internal static class TrainRequests
{
    public static TrainRequest Of(string data) => new()
    {
        Data = data,
        Output = "output",
        Labels = [],
        TestData = null,
        Minutes = null,
        Teacher = null,
        ImageSize = null,
        Precision = null,
        Seed = 1,
        Threads = null,
        Smoke = false,
    };
}
