using RatioSweep;

return await new CommandLine().RunAsync(args);
