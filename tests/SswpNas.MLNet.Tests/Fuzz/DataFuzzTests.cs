using System.Text;
using CsCheck;
using Microsoft.ML;
using SkiaSharp;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Tests.Cases;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Fuzz;

[TestClass]
[DoNotParallelize]
[TestCategory("Fuzz")]
public sealed class DataFuzzTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void ACifarFileIsReadOrRefused()
    {
        byte[] records = [.. Enumerable.Range(0, 3).SelectMany(i => Enumerable.Range(0, 3074).Select(k => (byte)(k == 0 ? i : (i * k) % 90)))];
        Gen<byte[]> whole = Gen.Select(Gen.Int[0, 8], Gen.Byte, (at, value) =>
        {
            byte[] edited = [.. records];
            edited[(at / 3 * 3074) + (at % 3)] = value;
            return edited;
        });
        string names = string.Join('\n', Enumerable.Range(0, 100).Select(i => $"name{i}"));
        Gen<string> lists = Gen.Frequency((2, Gen.Const(names)), (1, LineEdits.Of(names, ' ', "name1", "")));
        Fuzzing.Run(
            "CIFAR", Gen.Select(Gen.Frequency((1, whole), (1, ByteEdits.Of(records))), lists), input =>
            {
                _folder.Write("train.bin", input.Item1);
                _folder.Write("fine_label_names.txt", Encoding.UTF8.GetBytes(input.Item2));
                _ml.SswpNas().LoadCifar100(_folder.Root);
            },
            [typeof(InvalidDataException)]);
    }

    [TestMethod]
    public void AListingOfTinyImageNetIsReadOrRefused()
    {
        foreach (string name in (string[])["n01", "n02"]) Image($"train/{name}/images/{name}_0.JPEG");
        for (int i = 0; i < 3; i++) Image($"val/images/val_{i}.JPEG");
        const string List = "val_0.JPEG\tn01\t0\t0\t9\t9\nval_1.JPEG\tn02\t0\t0\t9\t9\nval_2.JPEG\tn02\t1\t2\t3\t4";
        const string Words = "n00\tentity\nn01\tcrane\nn02\tgoldfish, Carassius auratus";
        Gen<(string, string)> inputs = Gen.Select(
            LineEdits.Of(List, '\t', "..", ".", "", "../words.txt", "val_9.JPEG", "n03", "a\0b"),
            Gen.Frequency((1, Gen.Const(Words)), (1, LineEdits.Of(Words, '\t', "n01", "crane", ""))));
        Fuzzing.Run(
            "Tiny-ImageNet listing", inputs, input =>
            {
                _folder.Write("val/val_annotations.txt", Encoding.UTF8.GetBytes(input.Item1));
                _folder.Write("words.txt", Encoding.UTF8.GetBytes(input.Item2));
                _ml.SswpNas().LoadTinyImageNet(_folder.Root, DatasetPart.Test);
            },
            [typeof(InvalidDataException)]);
    }

    [TestMethod]
    public void AnImageIsTakenOrRefused()
    {
        Gen<byte[]>[] formats =
        [
            PngEdits.Of(TestFolder.Image(SKEncodedImageFormat.Png)), ByteEdits.Of(TestFolder.Image(SKEncodedImageFormat.Jpeg)),
            ByteEdits.Of(ImageFolderTests.Gif), ByteEdits.Of(ImageFolderTests.Bmp),
            ByteEdits.Of(Photo.Oriented(Photo.Quarters(16, 8), 6)), PngEdits.Of(Photo.OrientedPng(Photo.Quarters(16, 8, SKEncodedImageFormat.Png), 8)),
            ByteEdits.Of(Photo.OrientedWebP(Photo.Quarters(16, 8, SKEncodedImageFormat.Webp), 16, 8, 5)), ByteEdits.Of(Photo.Cmyk(1, 200, 30, 90)),
            ByteEdits.Of(Photo.Profiled(Photo.Quarters(16, 8), IccProfile.Matrix())), ByteEdits.Of(Photo.Profiled(Photo.Cmyk(1, 2, 3, 4), IccProfile.Table(4))),
        ];
        ImageLimits limits = new(1 << 20, 1 << 20);
        Fuzzing.Run(
            "image", Gen.Int[0, formats.Length - 1].SelectMany(i => formats[i]), bytes =>
            {
                string path = _folder.Write("a/x.png", bytes);
                if (ImageCheck.Problem(path, _folder.Root, limits) is string problem) throw new InvalidDataException(problem);
            },
            [typeof(InvalidDataException)]);
    }

    [TestMethod]
    public void ATableOfImagesIsReadOrRefused()
    {
        for (int i = 0; i < 3; i++) Image($"img/{i}.jpg");
        const string Table = "ImagePath,Label,Note\nimg/0.jpg,ant,\"one, two\"\nimg/1.jpg,,x\nimg/2.jpg,bee,";
        Fuzzing.Run(
            "table of images", Gen.Frequency((3, LineEdits.Of(Table, ',', "", "\"", "\"\"", ";", "..", "img/9.jpg", "a\0b", "ImagePath", "\t")), (1, ByteEdits.Of(Encoding.UTF8.GetBytes(Table)).Select(Encoding.UTF8.GetString))),
            text => _ml.SswpNas().LoadImageTable(_folder.Write("table.csv", Encoding.UTF8.GetBytes(text))),
            [typeof(InvalidDataException)]);
    }

    private void Image(string name) => _folder.Write(name, TestFolder.Image(SKEncodedImageFormat.Jpeg));
}
