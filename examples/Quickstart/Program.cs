using Quickstart;

return await new CommandLine().RunAsync(args);
