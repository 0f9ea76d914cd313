using Microsoft.ML;
using SswpNas.MLNet.Options;
using SswpNas.MLNet.Tensors;
using TorchSharp;

namespace SswpNas.MLNet.Tests.Training;

[TestClass]
public sealed class TorchDeviceTests
{
    [TestMethod]
    [DataRow("cpu", null, 2, "cpu")]
    [DataRow("cpu", 1, 2, "cpu")]
    [DataRow("auto", null, 0, "cpu")]
    [DataRow("auto", null, 2, "cuda:0")]
    [DataRow("auto", 1, 2, "cuda:1")]
    [DataRow("cuda", null, 2, "cuda:0")]
    [DataRow("cuda", 1, 2, "cuda:1")]
    [DataRow("cuda:0", 1, 2, "cuda:0")]
    [DataRow("cuda:1", null, 2, "cuda:1")]
    public void TheDeviceIsWhatOptionAndContextSay(string option, int? gpuDeviceId, int gpus, string expected)
    {
        TorchDevice device = TorchDevice.Choose(option, gpuDeviceId, fallbackToCpu: false, gpus);

        Assert.AreEqual(expected, device.ToString());
        Assert.IsNull(device.Note);
        Assert.AreEqual(device, TorchDevice.Choose(option, gpuDeviceId, fallbackToCpu: true, gpus));
    }

    [TestMethod]
    [DataRow("cuda", null, 0)]
    [DataRow("cuda:0", null, 0)]
    [DataRow("cuda:2", null, 2)]
    [DataRow("auto", 0, 0)]
    [DataRow("auto", 2, 2)]
    [DataRow("cuda", -1, 2)]
    public void AMissingGpuIsAnErrorOrTheCpuWithANote(string option, int? gpuDeviceId, int gpus)
    {
        InvalidOperationException e = Assert.ThrowsExactly<InvalidOperationException>(
            () => TorchDevice.Choose(option, gpuDeviceId, fallbackToCpu: false, gpus));
        TorchDevice fallback = TorchDevice.Choose(option, gpuDeviceId, fallbackToCpu: true, gpus);

        string seen = gpus == 0 ? "no CUDA GPU" : $"{gpus} CUDA GPU";
        foreach (string part in new[] { $"'{option}'", seen, "FallbackToCpu", "TorchSharp-cuda-linux" })
            StringAssert.Contains(e.Message, part);
        Assert.AreEqual("cpu", fallback.ToString());
        StringAssert.Contains(fallback.Note, $"'{option}'");
        if (gpuDeviceId is not null) StringAssert.Contains(e.Message, $"GpuDeviceId = {gpuDeviceId}");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow(null)]
    [DataRow("gpu")]
    [DataRow("CPU")]
    [DataRow("cuda:")]
    [DataRow("cuda:-1")]
    [DataRow("cuda: 1")]
    [DataRow("cuda:1x")]
    [DataRow("cuda:99999999999")]
    public void OtherTextsAreRefused(string? option)
    {
        Assert.IsFalse(DeviceOption.IsValid(option));
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => TorchDevice.Choose(option!, null, true, 2));
        StringAssert.Contains(e.Message, DeviceOption.Expected);
    }

    [TestMethod]
    public void TheMachinesDevicesAreAskedFor()
    {
        MLContext context = new();
        int gpus = torch.cuda.is_available() ? torch.cuda.device_count() : 0;

        Assert.AreEqual(DeviceType.CPU, TorchDevice.Resolve("cpu", context).ToTorch().type);
        DeviceType best = gpus > 0 ? DeviceType.CUDA : DeviceType.CPU;
        Assert.AreEqual(best, TorchDevice.Resolve("auto", context).ToTorch().type);
        Assert.ThrowsExactly<InvalidOperationException>(() => TorchDevice.Resolve($"cuda:{gpus}", context));
        context.FallbackToCpu = true;
        context.GpuDeviceId = gpus;
        TorchDevice fallback = TorchDevice.Resolve("auto", context);
        Assert.AreEqual(DeviceType.CPU, fallback.ToTorch().type);
        Assert.IsNotNull(fallback.Note);
    }
}
