using Ablations;

return await new CommandLine().RunAsync(args);
