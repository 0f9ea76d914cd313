System.Console.WriteLine("Under construction.");
