using SswpNas.MLNet.Benchmarks.Measuring;
using TorchSharp;

namespace SswpNas.MLNet.Benchmarks;

internal static class Program
{
    private const int Failed = 1;
    private const int BadUsage = 2;

    private static int Main(string[] args)
    {
        BenchmarkCommand command = new();
        BenchmarkCommand.Request? request = command.Parse(args, out IReadOnlyList<string> errors);
        if (request is not null) return Measured(request, args);
        if (errors.Count == 0)
        {
            command.Help(args);
            return 0;
        }

        foreach (string error in errors) Console.Error.WriteLine(error);
        Console.Error.WriteLine("See --help.");
        return BadUsage;
    }

    private static int Measured(BenchmarkCommand.Request request, string[] args)
    {
        try
        {
            ChildProcess.StayOnOneCoreIfAsked();
            if (request.Device == "cuda" && !torch.cuda.is_available())
            {
                Console.Error.WriteLine("--device is 'cuda'; libtorch sees no GPU. Build with -p:TorchBackend=cuda.");
                return BadUsage;
            }

            Measure(request, args);
            return 0;
        }
        catch (Exception problem)
        {
            Console.Error.WriteLine($"Failed: {problem.Message}");
            return Failed;
        }
    }

    private static void Measure(BenchmarkCommand.Request request, string[] args)
    {
        Report report = new(Console.Out);
        MeasureContext context = new(report, request.Threads, request.Rounds, request.Device, request.Size);
        bool isChild = BenchmarkCommand.IsChild(request.Figures[0]);
        if (!isChild)
        {
            foreach ((string name, object? value) in BenchmarkMachine.Hardware()) report.Say($"# {name}: {value}");
            Limits.Report(report, request.Threads);
        }

        foreach (string figure in request.Figures) BenchmarkCommand.Measure(figure, context);
        if (request.Json is null) return;
        report.WriteJson(
            request.Json,
            $"dotnet run -c Release --project tests/SswpNas.MLNet.Benchmarks -- {string.Join(' ', args)}");
    }
}
