using ScoringService;

return await new CommandLine().RunAsync(args);
