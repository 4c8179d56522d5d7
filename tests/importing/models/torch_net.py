"""A script of PyTorch, which is read and never run."""

import torch
from torch import nn

model = nn.Sequential(
    nn.Linear(3, 5),
    nn.PReLU(5),
    nn.BatchNorm1d(5),
    nn.Linear(5, 4),
    nn.LeakyReLU(0.1),
    nn.Dropout(0.3),
    nn.Linear(4, 2),
)
loss_function = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
