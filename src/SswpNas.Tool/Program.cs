using SswpNasTool;

return await CommandLine.RunAsync(args);
