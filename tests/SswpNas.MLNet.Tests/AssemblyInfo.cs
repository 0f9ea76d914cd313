// Classes that count tensors or waits, measure memory or time, or change what the whole process has, are marked DoNotParallelize.
[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.ClassLevel)]
